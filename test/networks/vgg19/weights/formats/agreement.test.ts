import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toNetworkSpace } from '../../../../../src/colour/spaces.js';
import { draw } from '../../../../../src/drawing/draw.js';
import { readWeightsFile } from '../../../../../src/networks/vgg19/weights/read-file.js';
import { exportArtifacts } from '../../../../../src/outputs/exported-models.js';
import { openSession, Tensor } from '../../../../../src/runtime/session.js';
import { activationOf, difference, picture, side, torchvisionActivationOf } from './activations.js';
import { realWeights, someWeights } from './given.js';
import { type LayerWeights, safetensorsBytes, writeKeras, writeKeras3, writeOnnx, writeTfjs } from './writers.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

const caffe = { preprocessing: 'caffe' };

/** Every way in which the tests write the same weights, all of them for pixels in network space. */
const writers: Record<string, (layers: LayerWeights[], through: LayerWeights['layer']) => Promise<string>> = {
  async 'Keras HDF5'(layers) {
    const path = join(folder, 'keras');
    await writeKeras(path, layers);
    return path;
  },
  async 'Keras 3'(layers) {
    const path = join(folder, 'keras3');
    await writeKeras3(path, layers);
    return path;
  },
  async "ONNX with the Model Zoo's names"(layers, through) {
    const path = join(folder, 'zoo');
    await writeOnnx(path, layers, through, { naming: 'zoo', metadata: caffe });
    return path;
  },
  async 'ONNX with external data'(layers, through) {
    const path = join(folder, 'torch');
    await writeOnnx(path, layers, through, { external: 'torch.data', metadata: caffe });
    return path;
  },
  async safetensors(layers) {
    const path = join(folder, 'safetensors');
    await writeFile(path, safetensorsBytes(layers, { metadata: caffe }));
    return path;
  },
  'TensorFlow.js': (layers) => writeTfjs(join(folder, 'tfjs'), layers),
};

describe('the real blocks 1 to 3 in every format', () => {
  test.each(Object.entries(writers))('%s', async (_, write) => {
    const { data, layers, through } = await realWeights('block3_conv4');
    const path = await write(layers, layers.at(-1)!.layer);
    const weights = await readWeightsFile(path, through);
    expect(weights.source).toBe(path);
    expect(weights.pixelOffset).toBeUndefined();
    const expected = await activationOf({ source: '', data }, through);
    expect(difference(await activationOf(weights, through), expected)).toBeLessThan(1e-5);
    expect(Buffer.from(weights.data.buffer).equals(Buffer.from(data.buffer, 0, data.byteLength))).toBe(true);
  });
});

test('a model that vggdraw exported is a file of weights like any other', async () => {
  const { data, through } = await someWeights('block2_conv1');
  const output = join(folder, 'ours');
  await exportArtifacts({ layer: through, height: side, width: side, weights: { source: '', data }, output });
  const path = join(output, 'eval_model.onnx');
  expect(await readWeightsFile(path, through)).toEqual({ source: path, data });
});

describe("torchvision's preprocessing", () => {
  test.each(['block1_conv1', 'block3_conv4'])(
    '%s is what the model itself computes, up to the border',
    async (name) => {
      const { layers, through } = await realWeights(name);
      // As trained on pixels from about −2 to 2.
      layers[0]!.kernel.forEach((value, i, kernel) => {
        kernel[i] = value * 60;
      });
      const path = join(folder, `${name}.onnx`);
      await writeOnnx(path, layers, through);
      const weights = await readWeightsFile(path, through);
      expect(weights.pixelOffset!.map((value) => value.toFixed(3))).toEqual(['0.409', '0.499', '0.005']);
      const expected = await torchvisionActivationOf(path);
      expect(difference(await activationOf(weights, through), expected)).toBeLessThan(1e-5);
    },
  );

  test('exported models have it too', async () => {
    const { layers, through } = await someWeights('block1_conv2');
    const path = join(folder, 'exported.safetensors');
    await writeFile(path, safetensorsBytes(layers));
    const weights = await readWeightsFile(path, through);
    const output = join(folder, 'exported');
    await exportArtifacts({ layer: through, height: side, width: side, weights, output });
    const session = await openSession(join(output, 'eval_model.onnx'));
    const pixels = new Tensor('float32', toNetworkSpace(picture), [1, 3, side, side]);
    const { activation } = await session.run({ pixels });
    await session.release();
    expect(activation!.data).toEqual(await activationOf(weights, through));
  });

  test('safetensors, ONNX and TensorFlow.js give equal weights and equal drawings', async () => {
    const { layers, through } = await someWeights('block1_conv2');
    const paths = ['a.safetensors', 'a.onnx'].map((name) => join(folder, name)) as [string, string];
    await writeFile(paths[0], safetensorsBytes(layers));
    await writeOnnx(paths[1], layers, through);
    const metadata = { preprocessing: 'torchvision' };
    const tfjs = await writeTfjs(join(folder, 'a'), layers, {
      model: (model) => ({ ...model, userDefinedMetadata: metadata }),
    });
    const drawings = await Promise.all([...paths, tfjs].map(drawn));
    expect(drawings[1]).toEqual(drawings[0]);
    expect(drawings[2]).toEqual(drawings[0]);
    // It is another network than the same numbers for pixels in network space.
    await writeFile(paths[0], safetensorsBytes(layers, { metadata: caffe }));
    expect(await drawn(paths[0])).not.toEqual(drawings[0]);
  });

  test('weights that differ from others by the preprocessing alone see the same inside the border', async () => {
    const { data, layers, through } = await someWeights('block1_conv1');
    // kernel·k·(x + d) + bias' = kernel'·x + bias, with the channels the other way round.
    const deviation = [0.229, 0.224, 0.225];
    const offset = [123.68 - 255 * 0.485, 116.779 - 255 * 0.456, 103.939 - 255 * 0.406];
    const { layer, kernel, bias } = layers[0]!;
    const converted = { layer, kernel: new Float32Array(kernel.length), bias: bias.slice() };
    for (let output = 0; output < 64; output++) {
      for (let channel = 0; channel < 3; channel++) {
        for (let position = 0; position < 9; position++) {
          const value = kernel[(output * 3 + 2 - channel) * 9 + position]!;
          converted.kernel[(output * 3 + channel) * 9 + position] = value * 255 * deviation[channel]!;
          converted.bias[output]! -= value * offset[channel]!;
        }
      }
    }
    const path = join(folder, 'converted.safetensors');
    await writeFile(path, safetensorsBytes([converted]));
    const inside = (activation: Float32Array) =>
      activation.filter((_, i) => {
        const [x, y] = [i % side, Math.floor(i / side) % side];
        return x > 0 && y > 0 && x < side - 1 && y < side - 1;
      });
    const actual = await activationOf(await readWeightsFile(path, through), through);
    const expected = await activationOf({ source: '', data }, through);
    expect(difference(inside(actual), inside(expected))).toBeLessThan(1e-5);
  });
});

async function drawn(weights: string): Promise<Float32Array> {
  const preset = { phases: [{ layer: 'block1_conv2', iterations: 3, learningRate: 5 }] };
  let last: Float32Array | undefined;
  for await (const { canvas } of draw({ width: side, height: side, rgb: picture }, { preset, weights })) last = canvas;
  return last!;
}
