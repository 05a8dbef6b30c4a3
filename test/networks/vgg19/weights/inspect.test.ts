import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { printReport } from '../../../../src/commands/weights/info.js';
import { findLayer } from '../../../../src/networks/vgg19/layers.js';
import { importWeights } from '../../../../src/networks/vgg19/weights/import.js';
import { inspectWeights } from '../../../../src/networks/vgg19/weights/inspect.js';
import { readWeightsFile } from '../../../../src/networks/vgg19/weights/read-file.js';
import { someWeights } from './formats/given.js';
import { type LayerWeights, safetensorsBytes, writeKeras, writeOnnx, writeTfjs } from './formats/writers.js';
import { writeKerasFile } from './keras-file.js';

let folder: string;
let layers: LayerWeights[];
const second = findLayer('block1_conv2');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-inspect-'));
  ({ layers } = await someWeights('block1_conv2'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

describe('what a file contains', () => {
  const kernel = (weights: LayerWeights, value: number): LayerWeights => ({
    ...weights,
    kernel: new Float32Array(weights.kernel.length).fill(value),
  });

  test('format, preprocessing, and for each layer its shapes and the range of its kernel', async () => {
    const path = join(folder, 'keras.h5');
    await writeKerasFile(
      path,
      layers.map(({ layer }) => layer),
      { kernel: (layer) => new Float32Array(9 * layer.inChannels * layer.outChannels).fill(0.25).with(5, -1) },
    );
    const report = await inspectWeights(path);
    expect(report).toMatchObject({ format: 'Keras HDF5', preprocessing: 'caffe' });
    expect(report.layers).toHaveLength(2);
    expect(report.layers[0]).toEqual({
      name: 'block1_conv1',
      kernelShape: [3, 3, 3, 64],
      biasShape: [64],
      min: -1,
      max: 0.25,
      mean: (0.25 * 1727 - 1) / 1728,
    });
  });

  test('each format by its name', async () => {
    const onnx = join(folder, 'vgg.onnx');
    await writeOnnx(onnx, layers, second);
    expect(await inspectWeights(onnx)).toMatchObject({ format: 'ONNX', preprocessing: 'torchvision' });
    const tfjs = await writeTfjs(join(folder, 'tfjs'), layers);
    expect(await inspectWeights(tfjs)).toMatchObject({ format: 'TensorFlow.js layers model', preprocessing: 'caffe' });
  });

  test('whatever layers there are, and values that no drawing could use', async () => {
    const path = await fileOf('nan', safetensorsBytes([layers[0]!, kernel(layers[1]!, NaN)]));
    const { layers: found } = await inspectWeights(path);
    expect(found.map(({ name, mean }) => [name, Number.isNaN(mean)])).toEqual([
      ['block1_conv1', false],
      ['block1_conv2', true],
    ]);
  });

  test('nothing of VGG-19', async () => {
    const path = await fileOf('nothing', safetensorsBytes([]));
    await expect(inspectWeights(path)).rejects.toThrow('has no block1_conv1');
  });

  test('as a table', async () => {
    const path = await fileOf('table', safetensorsBytes(layers.map((weights) => kernel(weights, 0.5))));
    expect(printReport('FILE', await inspectWeights(path)).split('\n')).toEqual([
      'FILE: safetensors, torchvision preprocessing',
      'layer            kernel  bias     min     max    mean',
      'block1_conv1   64×3×3×3    64  0.5000  0.5000  0.5000',
      'block1_conv2  64×64×3×3    64  0.5000  0.5000  0.5000',
      '',
    ]);
  });
});

describe('import', () => {
  test.each<[string, string, () => Promise<string>]>([
    [
      'Keras HDF5',
      'keras-file',
      async () => {
        const path = join(folder, 'keras-file.weights.h5');
        await writeKeras(path, layers);
        return path;
      },
    ],
    [
      'ONNX for torchvision pixels',
      'vgg19-7',
      async () => {
        const path = join(folder, 'vgg19-7.onnx');
        await writeOnnx(path, layers, second);
        return path;
      },
    ],
    ['TensorFlow.js', 'my-model', () => writeTfjs(join(folder, 'my-model'), layers)],
  ])('%s: the same weights, from a file in the cache', async (_, name, write) => {
    const path = await write();
    const imported = await importWeights(path, join(folder, 'cache'));
    expect(imported).toBe(join(folder, 'cache', 'files', `${name}.safetensors`));
    const { source, ...weights } = await readWeightsFile(imported, second);
    expect(source).toBe(imported);
    expect({ source: path, ...weights }).toEqual(await readWeightsFile(path, second));
    // Once more, over itself.
    expect(await importWeights(imported, join(folder, 'cache'))).toBe(imported);
    expect(await inspectWeights(imported)).toMatchObject({ format: 'safetensors', layers: { length: 2 } });
  });

  test('says where the weights come from', async () => {
    const bytes = safetensorsBytes(layers);
    const imported = await importWeights(await fileOf('origin.safetensors', bytes), join(folder, 'cache'));
    const content = await readFile(imported);
    const header = JSON.parse(content.toString('utf8', 8, 8 + Number(content.readBigUInt64LE())));
    expect(header.__metadata__).toEqual({
      producer: 'vggdraw',
      source: 'origin.safetensors',
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      preprocessing: 'torchvision',
    });
  });

  test('a cache folder that can not be made', async () => {
    const path = await fileOf('in-the-way', safetensorsBytes(layers));
    await expect(importWeights(path, path)).rejects.toThrow('set VGGDRAW_CACHE to a folder that can be written');
  });

  test('a file that will not do leaves nothing behind', async () => {
    const nan = { ...layers[1]!, bias: new Float32Array(64).fill(NaN) };
    const path = await fileOf('bad', safetensorsBytes([layers[0]!, nan]));
    await expect(importWeights(path, join(folder, 'other-cache'))).rejects.toThrow('are not all finite');
    await expect(importWeights(join(folder, 'other-cache'))).rejects.toThrow('does not exist');
  });
});
