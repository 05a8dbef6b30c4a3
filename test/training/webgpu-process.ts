/**
 * Trains the network that reads digits on WebGPU and on the CPU, in a process of its own: where WebGPU is, is a matter of its environment.
 * prints one JSON line: {"webgpu": losses, "cpu": losses, "exported": how far the trained weights are apart at most, "artifacts": losses
 * of training by artifacts, with fewer pictures, on "webgpu" and "cpu"}
 */
import {
  adamW,
  encodeModel,
  loadModel,
  type Tensor as OnnxTensor,
  type Shape,
  sizeOf,
  tensorValues,
  trainingArtifacts,
} from '../../src/onnx/index.js';
import type { ProviderName } from '../../src/runtime/provider.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { Trainer } from '../../src/training/trainer.js';
import { batchOf, digitsNetwork } from '../../tools/digits/network.js';
import { drawDigits } from '../../tools/digits/pictures.js';

/** Few pictures at once: a processor that plays a GPU is slow. */
const [steps, size] = [20, 6];
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

/** The losses of steps by the training and the optimizer model alone, as whoever has these files takes them. */
async function trainByArtifacts(target: 'cpu' | 'webgpu'): Promise<number[]> {
  const few = 2;
  const artifacts = trainingArtifacts(digitsNetwork(few, 1), { loss: 'cross-entropy', target });
  const provider = { name: target };
  const training = await openSession(encodeModel(artifacts.trainingModel), { provider });
  const optimizer = await openSession(encodeModel(artifacts.optimizerModel), { provider });
  const counts = (values: readonly number[]): Tensor =>
    target === 'webgpu'
      ? new Tensor('int32', Int32Array.from(values), [values.length])
      : new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
  const floats = (values: ArrayLike<number>, shape: Shape) => new Tensor('float32', Float32Array.from(values), shape);
  const named = (make: (name: string, value: OnnxTensor) => [string, Tensor][]): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(artifacts.parameters).flatMap(([name, value]) => make(name, value)));
  let state = named((name, value) => [
    [name, floats(tensorValues(value), value.shape)],
    ...['first_order_moments', 'second_order_moments'].map((moment): [string, Tensor] => [
      `${moment}.${name}`,
      floats(Array(sizeOf(value.shape)).fill(0), value.shape),
    ]),
  ]);
  const buffers = named((name, { shape }) => [
    [`${name}_grad.accumulation.buffer`, floats(Array(sizeOf(shape)).fill(0), shape)],
  ]);
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const { pictures, labels } = batchOf(digits, step - 1, few);
    const made = await training.run({
      ...named((name) => [[name, state[name]!]]),
      ...buffers,
      lazy_reset_grad: new Tensor('bool', [true], [1]),
      pictures: floats(pictures, [few, 1, 28, 28]),
      labels: counts(Array.from(labels)),
    });
    losses.push(Number(made.loss!.data[0]));
    const gradients = named((name) => [[`${name}_grad`, made[`${name}_grad.accumulation.out`]!]]);
    const next = await optimizer.run({
      ...state,
      ...gradients,
      step: counts([step]),
      learning_rate: floats([0.0005], [1]),
    });
    state = Object.fromEntries(Object.keys(state).map((name) => [name, next[`${name}_out`]!]));
  }
  await Promise.all([training.release(), optimizer.release()]);
  return losses;
}

const [webgpu, cpu] = [await train('webgpu'), await train('cpu')];
const exported = Math.max(...webgpu.weights.map((value, i) => Math.abs(value - cpu.weights[i]!)));
const artifacts = { webgpu: await trainByArtifacts('webgpu'), cpu: await trainByArtifacts('cpu') };
process.stdout.write(`${JSON.stringify({ webgpu: webgpu.losses, cpu: cpu.losses, exported, artifacts })}\n`);
