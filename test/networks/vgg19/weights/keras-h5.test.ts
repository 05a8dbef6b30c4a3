import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import h5wasm from 'h5wasm/node';
import { InputError } from '../../../../src/errors.js';
import {
  type ConvLayer,
  convLayers,
  convLayersThrough,
  findLayer,
  type Layer,
  weightCountThrough,
} from '../../../../src/networks/vgg19/layers.js';
import { weightsIn } from '../../../../src/networks/vgg19/weights/convolutions.js';
import { openKeras } from '../../../../src/networks/vgg19/weights/formats/keras-h5.js';
import type { Weights } from '../../../../src/networks/vgg19/weights/weights.js';
import { refusal as refusalOf } from './formats/given.js';
import { biasValue, kernelValue, type Variation, writeKerasFile } from './keras-file.js';

const realFile = resolve('../shared/vgg19/vgg19-blocks1-3.h5');
const [first, second] = convLayers as [ConvLayer, ConvLayer];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-keras-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
/** A new file with the first two convolutions. */
async function kerasFile(variation?: Variation, layers: readonly ConvLayer[] = [first, second]): Promise<string> {
  const path = join(folder, `${files++}.h5`);
  await writeKerasFile(path, layers, variation);
  return path;
}

async function fileOf(bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, `${files++}.h5`);
  await writeFile(path, bytes);
  return path;
}

/** How many values of the weights through block1_conv2 are not where they belong. */
function misplaced(data: Float32Array): number {
  let count = 0;
  for (const layer of [first, second]) {
    for (let output = 0; output < layer.outChannels; output++) {
      for (let input = 0; input < layer.inChannels; input++) {
        for (let position = 0; position < 9; position++) {
          const index = layer.kernelOffset + (output * layer.inChannels + input) * 9 + position;
          if (data[index] !== kernelValue(layer, position, input, output)) count++;
        }
      }
      if (data[layer.biasOffset + output] !== biasValue(output)) count++;
    }
  }
  return count;
}

/** As files are read whose beginning was recognised. */
async function kerasWeights(path: string, through: Layer): Promise<Weights> {
  const file = await openKeras(path);
  try {
    return weightsIn(file, through);
  } finally {
    file.close();
  }
}

const refusal = (path: string, through?: string): Promise<string> => refusalOf(path, through, kerasWeights);

describe('what it reads', () => {
  test('kernels [3, 3, in, out] become [out, in, 3, 3], each followed by its bias', async () => {
    const path = await kerasFile();
    const weights = await kerasWeights(path, second);
    expect(weights.source).toBe(path);
    expect(weights.data).toHaveLength(weightCountThrough(second));
    expect(misplaced(weights.data)).toBe(0);
  });

  test('no more than is asked for, of a file that may go on', async () => {
    const all = await kerasWeights(await kerasFile(), second);
    const { data } = await kerasWeights(await kerasFile(), first);
    expect(data).toEqual(all.data.slice(0, weightCountThrough(first)));
    const pooled = await kerasWeights(await kerasFile(), findLayer('block1_pool'));
    expect(pooled.data).toEqual(all.data);
  });

  const newNames = (layer: ConvLayer): [string, string] => [`${layer.name}/kernel:0`, `${layer.name}/bias:0`];
  const plainNames = (): [string, string] => ['kernel:0', 'bias:0'];
  test.each<[string, Variation]>([
    ['saved with Keras 2 or 3 (block1_conv1/block1_conv1/kernel:0)', { names: newNames }],
    ["a whole model's file (model_weights)", { parent: 'model_weights', names: newNames }],
    ['VGG-19 as a part of a model', { parent: 'vgg19', names: plainNames }],
    ['VGG-19 as a part of a whole model', { parent: 'model_weights/vgg19', names: plainNames }],
    ['compressed', { compressed: true }],
    [
      'float64',
      {
        kernel: (layer) => Float64Array.from({ length: 9 * layer.inChannels * layer.outChannels }, (_, i) => i),
        bias: (layer) => Float64Array.from({ length: layer.outChannels }, (_, i) => biasValue(i)),
      },
    ],
  ])('%s', async (_, variation) => {
    const { data } = await kerasWeights(await kerasFile(variation), second);
    expect(misplaced(data)).toBe(0);
  });

  test('float16', async () => {
    // h5wasm can't write these, so a float32 file is made one: the bits put in its data, and its datatypes rewritten.
    const halves: readonly [bits: number, value: number][] = [
      [0x0000, 0],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0xb555, -0.333251953125],
    ];
    const bits = (length: number) => {
      const packed = Uint16Array.from({ length: length * 2 }, (_, i) => halves[i % halves.length]![0]);
      return new Float32Array(packed.buffer);
    };
    const path = await kerasFile({ kernel: () => bits(1728), bias: () => bits(64) }, [first]);
    // HDF5 File Format Specification 3.0, IV.A.2.d: sign location, size, precision, the parts' places, exponent bias.
    const float32 = Buffer.from('11201f000400000000002000' + '17080017' + '7f000000', 'hex');
    const float16 = Buffer.from('11200f000200000000001000' + '0a05000a' + '0f000000', 'hex');
    const bytes = await readFile(path);
    let at = bytes.indexOf(float32);
    expect(at).toBeGreaterThan(0);
    for (; at >= 0; at = bytes.indexOf(float32)) float16.copy(bytes, at);
    const { data } = await kerasWeights(await fileOf(bytes), first);
    const kernel = data.subarray(0, first.biasOffset);
    for (let output = 0; output < 64; output++) {
      // Output channels are the last axis in the file, and 64 is a multiple of the eight values.
      expect(kernel[output * 27]).toBe(halves[output % 8]![1]);
      expect(data[first.biasOffset + output]).toBe(halves[output % 8]![1]);
    }
  });
});

describe('the real file', () => {
  const testReal = existsSync(realFile) ? test : test.skip;
  if (!existsSync(realFile)) console.warn(`${realFile} is absent: the tests on real weights are skipped`);

  testReal('blocks 1 to 3, placed as h5wasm reads them one by one', async () => {
    const through = findLayer('block3_pool');
    const { data } = await kerasWeights(realFile, through);
    expect(data).toHaveLength(weightCountThrough(through));
    await h5wasm.ready;
    const file = new h5wasm.File(realFile, 'r');
    for (const layer of convLayersThrough(through)) {
      const values = (kind: string) => {
        const dataset = file.get(`${layer.name}/${layer.name}_${kind}_1:0`);
        return (dataset as InstanceType<typeof h5wasm.Dataset>).value as Float32Array;
      };
      const kernel = values('W');
      for (let from = 0; from < kernel.length; from += 101) {
        const output = from % layer.outChannels;
        const input = Math.floor(from / layer.outChannels) % layer.inChannels;
        const position = Math.floor(from / layer.outChannels / layer.inChannels);
        expect(data[layer.kernelOffset + (output * layer.inChannels + input) * 9 + position]).toBe(kernel[from]);
      }
      expect(data.slice(layer.biasOffset, layer.biasOffset + layer.outChannels)).toEqual(values('b'));
    }
    file.close();
  });

  testReal('a layer that it does not reach', async () => {
    expect(await refusal(realFile, 'block5_conv2')).toBe(
      'FILE ends at block3_conv4, it has no block4_conv1, which block5_conv2 needs: ' +
        'choose a layer up to block3_pool, or use the whole file that Keras publishes',
    );
    expect(await refusal(realFile, 'block4_conv1')).toContain(
      'it has no block4_conv1: choose a layer up to block3_pool',
    );
  });

  testReal('cut short anywhere', async () => {
    const bytes = await readFile(realFile);
    for (const length of [8, 9, 50, 96, 500, 2048, 100_000, 5_000_000, bytes.length - 1]) {
      expect(await refusal(await fileOf(bytes.subarray(0, length)))).toContain('damaged or was cut short');
    }
  });
});

describe('what it refuses', () => {
  test('no file', async () => {
    expect(await refusal(join(folder, 'none.h5'))).toBe('FILE does not exist; check the path');
  });

  test('a folder', async () => {
    const path = join(folder, 'folder.h5');
    await mkdir(path);
    expect(await refusal(path)).toContain('is a folder');
  });

  test('a path through a file', async () => {
    expect(await refusal(join(await fileOf('x'), 'weights.h5'))).toContain("can't read FILE");
  });

  test('an empty file', async () => {
    expect(await refusal(await fileOf(''))).toContain('is empty');
  });

  test.each(['x', '<!doctype html><title>404</title>', '\x89HDF\r\n\x1a'])(
    'a file that is not HDF5: %j',
    async (content) => {
      expect(await refusal(await fileOf(Buffer.from(content, 'latin1')))).toContain('is not an HDF5 file');
    },
  );

  test('an HDF5 file of something else', async () => {
    expect(await refusal(await kerasFile({}, []))).toBe(
      'FILE has no block1_conv1: it does not hold VGG-19 with the layer names that Keras uses',
    );
  });

  test('a file that ends inside a block', async () => {
    expect(await refusal(await kerasFile({}, [first]))).toContain(
      'ends at block1_conv1, it has no block1_conv2: choose a layer up to block1_conv1',
    );
  });

  test('a kernel of another shape', async () => {
    const shape = ({ inChannels, outChannels }: ConvLayer) => [outChannels, inChannels, 3, 3];
    expect(await refusal(await kerasFile({ shape }))).toBe(
      'FILE does not hold VGG-19: block1_conv1 should have a kernel [3, 3, 3, 64] and a bias [64], ' +
        'but has [64, 3, 3, 3] and [64]',
    );
  });

  test('a bias of another length', async () => {
    const bias = (layer: ConvLayer) => new Float32Array(layer === second ? 65 : 64);
    expect(await refusal(await kerasFile({ bias }))).toContain('block1_conv2 should have');
  });

  test('a kernel that claims 2^60 values, before anything of that size is allocated', async () => {
    const before = process.memoryUsage().rss;
    const path = await kerasFile({ claimed: [2 ** 15, 2 ** 15, 2 ** 15, 2 ** 15] }, [first]);
    expect(await refusal(path)).toContain('has [32768, 32768, 32768, 32768] and [64]');
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('integers', async () => {
    const kernel = ({ inChannels, outChannels }: ConvLayer) => new Int32Array(9 * inChannels * outChannels);
    expect(await refusal(await kerasFile({ kernel }))).toContain('the weights of block1_conv1 are not floats');
  });

  test.each([NaN, Infinity, -Infinity])('%d among the values', async (value) => {
    const poisoned = (length: number) => new Float32Array(length).with(length - 1, value);
    const inKernel = await kerasFile({
      kernel: ({ inChannels, outChannels, name }) => {
        const length = 9 * inChannels * outChannels;
        return name === 'block1_conv2' ? poisoned(length) : new Float32Array(length);
      },
    });
    expect(await refusal(inKernel)).toContain('the weights of block1_conv2 are not all finite');
    const inBias = await kerasFile({ bias: ({ outChannels }) => poisoned(outChannels) });
    expect(await refusal(inBias)).toContain('the weights of block1_conv1 are not all finite');
  });

  test('float64 values beyond the range of float32', async () => {
    const kernel = (layer: ConvLayer) => new Float64Array(9 * layer.inChannels * layer.outChannels).fill(1e300);
    expect(await refusal(await kerasFile({ kernel }))).toContain('the weights of block1_conv1 are not all finite');
  });

  test('damage inside, each time without a crash', async () => {
    const sound = await readFile(await kerasFile({}, [first]));
    // Every byte around the structures' signatures, one after the other; the data are not touched.
    const structures = ['OHDR', 'TREE', 'SNOD', 'HEAP'].map((name) => sound.indexOf(name)).filter((at) => at >= 0);
    expect(structures.length).toBeGreaterThan(2);
    for (const at of structures) {
      for (let offset = 0; offset < 40; offset += 4) {
        const damaged = Buffer.from(sound);
        damaged[at + offset]! ^= 0xff;
        const path = await fileOf(damaged);
        const result: unknown = await kerasWeights(path, first).catch((error: unknown) => error);
        if (!(result instanceof InputError)) expect(result).toHaveProperty('data');
      }
    }
  });
});

test("HDF5's own messages do not appear", async () => {
  const sound = await readFile(await kerasFile());
  const damaged = Buffer.from(sound);
  damaged.fill(0xff, sound.indexOf('SNOD'), sound.indexOf('SNOD') + 8);
  const modules = new URL('../../../../src/', import.meta.url);
  const program = `
    import { readWeightsFile } from '${new URL('networks/vgg19/weights/read-file.js', modules).href}';
    import { findLayer } from '${new URL('networks/vgg19/layers.js', modules).href}';
    for (const path of process.argv.slice(1)) {
      await readWeightsFile(path, findLayer('block1_conv2')).catch((error) => console.log(error.name));
    }`;
  const paths = [await fileOf(sound.subarray(0, 3000)), await fileOf(damaged)];
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program, '--', ...paths], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe('InputError\nInputError\n');
});
