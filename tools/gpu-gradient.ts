/**
 * How far the gradient that a provider computes is from the CPU's, in a process of its own.
 * usage: node gpu-gradient.js LAYER HEIGHT WIDTH PROVIDER
 * prints one JSON line: {"difference": relative L2 distance of the pixels' gradient, "loss": relative difference of the loss}
 */

import { toNetworkSpace } from '../src/colour/spaces.js';
import { findLayer } from '../src/networks/vgg19/layers.js';
import { weightsFile } from '../src/networks/vgg19/network.js';
import { loadWeights } from '../src/networks/vgg19/weights/load.js';
import { encodeModel, type Graph } from '../src/onnx/index.js';
import { evalModel, trainingModel } from '../src/outputs/models.js';
import { cpu, type Provider, parseProviders } from '../src/runtime/provider.js';
import { openSession, Tensor } from '../src/runtime/session.js';
import { targetOf } from '../src/runtime/settings.js';

const [name = 'block2_conv2', height = '64', width = '64', asked = 'cpu'] = process.argv.slice(2);
const layer = findLayer(name);
const sides = { height: Number(height), width: Number(width) };
const choice = parseProviders(asked);
const { data, pixelOffset } = await loadWeights('seeded:1', layer);
const pixelsOf = (step: number) => {
  const count = 3 * sides.height * sides.width;
  const picture = toNetworkSpace(Uint8Array.from({ length: count }, (_, i) => (i * step) % 256));
  return new Tensor('float32', picture, [1, 3, sides.height, sides.width]);
};

const expected = await gradient(cpu);
const found = await gradient(choice === 'auto' ? cpu : choice[0]);
const difference = norm(found.gradient.map((value, i) => value - expected.gradient[i]!)) / norm(expected.gradient);
const loss = Math.abs(found.loss - expected.loss) / Math.abs(expected.loss);
process.stdout.write(`${JSON.stringify({ difference, loss })}\n`);

/** The gradient of one striped picture towards another. */
async function gradient(provider: Provider): Promise<{ loss: number; gradient: Float32Array }> {
  const site = { layer, ...sides, pixelOffset, target: targetOf(provider) };
  const open = (graph: Graph) =>
    openSession(encodeModel(graph), {
      provider,
      externalData: [{ path: weightsFile, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }],
    });
  const forward = await open(evalModel(site));
  const { activation } = await forward.run({ pixels: pixelsOf(7) });
  await forward.release();
  const training = await open(trainingModel(site));
  const result = await training.run({ pixels: pixelsOf(11), target: activation! });
  return { loss: (result.loss!.data as Float32Array)[0]!, gradient: result.pixels_grad!.data as Float32Array };
}

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
