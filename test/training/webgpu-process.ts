/**
 * Trains the network that reads digits on WebGPU and on the CPU, in a process of its own: where WebGPU is, is a matter of its environment.
 * prints one JSON line: {"webgpu": losses, "cpu": losses, "exported": how far the trained weights are apart at most}
 */
import { adamW, loadModel, tensorValues } from '../../src/onnx/index.js';
import type { ProviderName } from '../../src/runtime/provider.js';
import { Trainer } from '../../src/training/trainer.js';
import { batchOf, digitsNetwork } from '../../tools/digits/network.js';
import { drawDigits } from '../../tools/digits/pictures.js';

/** Few pictures at once: a processor that plays a GPU is slow. */
const [steps, size] = [20, 16];
const digits = drawDigits(steps * size, 1);

async function train(provider: ProviderName) {
  const trainer = await Trainer.open(digitsNetwork(size, 1), {
    loss: 'cross-entropy',
    optimizer: adamW(),
    learningRate: 0.0005,
    provider,
  });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await trainer.step(batchOf(digits, i, size))).loss);
  losses.push((await trainer.evaluate(batchOf(digits, 0, size))).loss);
  const { initializers } = loadModel(await trainer.exportModel());
  const weights = trainer.parameters.flatMap((name) => tensorValues(initializers.get(name)!));
  await trainer.release();
  return { losses, weights };
}

const [webgpu, cpu] = [await train('webgpu'), await train('cpu')];
const exported = Math.max(...webgpu.weights.map((value, i) => Math.abs(value - cpu.weights[i]!)));
process.stdout.write(`${JSON.stringify({ webgpu: webgpu.losses, cpu: cpu.losses, exported })}\n`);
