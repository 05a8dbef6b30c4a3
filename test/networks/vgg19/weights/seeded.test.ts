import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ConvLayer, convLayers, findLayer, weightCountThrough } from '../../../../src/networks/vgg19/layers.js';
import { writeCached } from '../../../../src/networks/vgg19/weights/layer-cache.js';
import { largestSeed, seededWeights } from '../../../../src/networks/vgg19/weights/seeded.js';

const [first] = convLayers as [ConvLayer];
const shallow = findLayer('block2_conv1');
const deep = findLayer('block3_conv1');

function sha256(data: Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}

function kernelOf(data: Float32Array, layer: ConvLayer): Float32Array {
  return data.subarray(layer.kernelOffset, layer.biasOffset);
}

/** How far the products of the rows (or columns) of [out, in·9], halved, are from the identity. */
function orthonormalityError(kernel: Float32Array, layer: ConvLayer): number {
  const rows = layer.outChannels;
  const columns = kernel.length / rows;
  const byRows = rows <= columns;
  const count = byRows ? rows : columns;
  const length = byRows ? columns : rows;
  const step = byRows ? 1 : columns;
  const start = (vector: number) => (byRows ? vector * columns : vector);
  let error = 0;
  for (let a = 0; a < count; a++) {
    // Each with itself and with some of the others: all pairs of the deep layers would take seconds.
    for (let b = a; b < count; b += b === a ? 1 : Math.ceil(count / 16)) {
      let product = 0;
      for (let i = 0, x = start(a), y = start(b); i < length; i++, x += step, y += step)
        product += kernel[x]! * kernel[y]!;
      error = Math.max(error, Math.abs(product / 2 - (a === b ? 1 : 0)));
    }
  }
  return error;
}

describe('the weights', () => {
  let source: string;
  let data: Float32Array;
  beforeAll(async () => {
    ({ source, data } = await seededWeights(1, findLayer('block5_conv4')));
  });

  test('the bits of seeded-v1 never change', async () => {
    expect(sha256(data)).toBe('a414b23372ffd38584ed7c857c76f34cd1bc1a0852479fbb9ca0176f636bf253');
    expect(sha256((await seededWeights(largestSeed, deep)).data)).toBe(
      '8a684df1581c1073bbccfd02fd7260c038afd9e412f8e3f4e9700d3a9cb41fb4',
    );
  });

  test('orthogonal rows (block1_conv1: columns) of length √2 and no bias, in every layer', () => {
    expect(source).toBe('seeded:1');
    expect(data).toHaveLength(20_024_384);
    for (const layer of convLayers) {
      expect(orthonormalityError(kernelOf(data, layer), layer)).toBeLessThan(1e-6);
      const bias = data.subarray(layer.biasOffset, layer.biasOffset + layer.outChannels);
      expect(bias.every((value) => value === 0)).toBe(true);
    }
  });

  test('nearly normal numbers without a pattern, in every layer but the small first', () => {
    for (const layer of convLayers.slice(1)) {
      const kernel = kernelOf(data, layer);
      let sum = 0;
      let squares = 0;
      let fourths = 0;
      let zeros = 0;
      const positions = new Float64Array(9);
      for (let i = 0; i < kernel.length; i++) {
        const value = kernel[i]!;
        sum += value;
        const square = value * value;
        squares += square;
        fourths += square * square;
        if (value === 0) zeros++;
        positions[i % 9]! += square;
      }
      const deviation = Math.sqrt(squares / kernel.length);
      expect(Math.abs(sum / kernel.length / deviation)).toBeLessThan(0.01);
      // The standard error is √(24 / n): 0.026 in the smallest of these layers.
      const kurtosis = (fourths * kernel.length) / squares ** 2;
      expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / kernel.length));
      // Every position of the 3×3 kernel carries about the same.
      const relative = positions.map((energy) => (energy * 9) / squares);
      expect(Math.max(...relative.map((share) => Math.abs(share - 1)))).toBeLessThan(8 * Math.sqrt(18 / kernel.length));
      expect(zeros / kernel.length).toBeLessThan(1e-4);
      // Numbers of 24 bits coincide now and then, but not often.
      const sample = kernel.subarray(0, 50_000);
      expect(new Set(sample).size / sample.length).toBeGreaterThan(0.99);
    }
  });

  test('the first layer has no ties and both signs', () => {
    const kernel = kernelOf(data, first);
    expect(new Set(kernel).size).toBe(kernel.length);
    const positive = kernel.filter((value) => value > 0).length;
    expect(Math.abs(positive / kernel.length - 0.5)).toBeLessThan(0.06);
  });

  test('rows of neighbouring layers and of neighbouring seeds have nothing in common', async () => {
    const [a, b] = convLayers.filter((layer) => layer.inChannels === 256 && layer.outChannels === 256) as [
      ConvLayer,
      ConvLayer,
    ];
    const two = await seededWeights(2, b);
    const correlation = (x: Float32Array, y: Float32Array) => {
      let product = 0;
      for (let i = 0; i < x.length; i++) product += x[i]! * y[i]!;
      return product / (2 * a.outChannels);
    };
    // Random matrices of n values: about 1 / √n = 0.0013.
    expect(Math.abs(correlation(kernelOf(data, a), kernelOf(data, b)))).toBeLessThan(0.007);
    expect(Math.abs(correlation(kernelOf(data, a), kernelOf(two.data, a)))).toBeLessThan(0.007);
    expect(Math.abs(correlation(kernelOf(data, b), kernelOf(two.data, b)))).toBeLessThan(0.007);
  });

  test('a shallower cut is the beginning of a deeper one', async () => {
    for (const name of ['block1_conv1', 'block1_pool', 'block2_conv1']) {
      const layer = findLayer(name);
      const cut = await seededWeights(1, layer);
      expect(cut.data).toHaveLength(weightCountThrough(layer));
      expect(sha256(cut.data)).toBe(sha256(data.slice(0, cut.data.length)));
    }
  });

  test.each([-1, 0.5, NaN, 2 ** 31, Infinity])('seed %d is refused', async (seed) => {
    await expect(seededWeights(seed, first)).rejects.toThrow('whole number from 0 to 2147483647');
  });

  test('the smallest and the largest seed', async () => {
    const smallest = await seededWeights(0, first);
    const largest = await seededWeights(largestSeed, first);
    expect(smallest.data).not.toEqual(largest.data);
  });
});

describe('the cache', () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'vggdraw-seeded-'));
  });
  afterEach(() => rm(cache, { recursive: true }));

  const folderOf = (seed: number) => join(cache, 'weights', 'seeded-v1', String(seed));
  /** Name, time of writing and inode of every cached file: it tells what was written again. */
  async function writtenFiles(seed: number): Promise<string[]> {
    const names = (await readdir(folderOf(seed))).sort();
    return Promise.all(
      names.map(async (name) => {
        const { ino, mtimeMs } = await stat(join(folderOf(seed), name));
        return `${name} ${ino} ${mtimeMs}`;
      }),
    );
  }

  test('the second time comes from the cache, shallow first or deep first', async () => {
    const expected = sha256((await seededWeights(1, deep)).data);
    await seededWeights(1, shallow, cache);
    const shallowFiles = await writtenFiles(1);
    expect(shallowFiles.map((file) => file.split(' ')[0])).toEqual([
      'block1_conv1.bin',
      'block1_conv2.bin',
      'block2_conv1.bin',
    ]);
    expect(sha256((await seededWeights(1, deep, cache)).data)).toBe(expected);
    const deepFiles = await writtenFiles(1);
    expect(deepFiles).toHaveLength(5);
    expect(deepFiles).toEqual(expect.arrayContaining(shallowFiles));
    await seededWeights(1, shallow, cache);
    expect(sha256((await seededWeights(1, deep, cache)).data)).toBe(expected);
    expect(await writtenFiles(1)).toEqual(deepFiles);
  });

  test('what is in the cache is what is taken', async () => {
    const marked = new Float32Array(first.biasOffset).fill(0.5);
    await writeCached(join(folderOf(1), 'block1_conv1.bin'), 'seeded-v1 1 block1_conv1', marked);
    const { data } = await seededWeights(1, shallow, cache);
    expect(kernelOf(data, first)).toEqual(marked);
  });

  test('a file of one seed in the place of another seed is damage, and only that file is made anew', async () => {
    await seededWeights(1, shallow, cache);
    await seededWeights(2, shallow, cache);
    const other = await readFile(join(folderOf(2), 'block1_conv2.bin'));
    const before = await writtenFiles(1);
    await writeFile(join(folderOf(1), 'block1_conv2.bin'), other);
    const { data } = await seededWeights(1, shallow, cache);
    expect(sha256(data)).toBe(sha256((await seededWeights(1, shallow)).data));
    const after = await writtenFiles(1);
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(await readFile(join(folderOf(1), 'block1_conv2.bin'))).not.toEqual(other);
  });

  test('damaged, truncated and missing files are made anew', async () => {
    const expected = sha256((await seededWeights(1, shallow, cache)).data);
    const [one, two, three] = ['block1_conv1.bin', 'block1_conv2.bin', 'block2_conv1.bin'].map((name) =>
      join(folderOf(1), name),
    ) as [string, string, string];
    const sound = await readFile(one);
    const damaged = Buffer.from(sound);
    damaged[1000]! ^= 0x40;
    await writeFile(one, damaged);
    await truncate(two, 1000);
    await rm(three);
    expect(sha256((await seededWeights(1, shallow, cache)).data)).toBe(expected);
    expect(await readFile(one)).toEqual(sound);
    const repaired = await writtenFiles(1);
    expect(sha256((await seededWeights(1, shallow, cache)).data)).toBe(expected);
    expect(await writtenFiles(1)).toEqual(repaired);
  });

  test('a cache that can not be written is done without', async () => {
    const file = join(cache, 'file');
    await writeFile(file, '');
    const { data } = await seededWeights(1, shallow, join(file, 'below'));
    expect(sha256(data)).toBe(sha256((await seededWeights(1, shallow)).data));
  });

  test('two at a time', async () => {
    const results = await Promise.all([1, 2, 3].map(() => seededWeights(1, shallow, cache)));
    expect(new Set(results.map(({ data }) => sha256(data))).size).toBe(1);
    expect(await writtenFiles(1)).toHaveLength(3);
  });
});
