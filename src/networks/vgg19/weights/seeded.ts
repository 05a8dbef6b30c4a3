/** Random weights that draw well, made from a seed: no download, the same on every machine. */
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { InputError } from '../../../errors.js';
import { type ConvLayer, convLayers, convLayersThrough, type Layer, weightCountThrough } from '../layers.js';
import { readCached, writeCached } from './layer-cache.js';
import { fillOrthogonalRows, orthonormalColumns } from './orthogonal.js';
import type { Weights } from './weights.js';

/** The largest seed; the smallest is 0. */
export const largestSeed = 2 ** 31 - 1;

/** Part of every cached file's name. To be changed with anything that changes a single bit of the weights. */
const algorithm = 'seeded-v1';

/**
 * Weights from `seed`: each convolution's matrix [out, in·3·3] has orthogonal rows of length √2, or, where it is higher than
 * wide (block1_conv1), orthogonal columns of length √2; the biases are zero. Orthogonal matrices keep the size of what passes
 * through them (Saxe et al. 2014), √2 makes up for what ReLU takes (He et al. 2015), and random ones are enough to draw by
 * (He, Wang & Hopcroft 2016).
 *
 * The algorithm is `seeded-v1`: numbers from xoroshiro128+, for each layer a stream of its own, and {@link fillOrthogonalRows}
 * or, for columns, {@link orthonormalColumns}. It uses only operations that IEEE 754 fixes to the bit, so a seed means the same
 * weights on every machine, and a layer's weights do not depend on `through`.
 * @param seed a whole number, 0 … {@link largestSeed}.
 * @param through the last layer whose weights are wanted.
 * @param cache a folder in which computed layers are kept and looked up; without it every call computes them. A folder that
 *   can't be written, or damaged files in it, only cost time.
 * @throws InputError for any other seed.
 */
export async function seededWeights(seed: number, through: Layer, cache?: string): Promise<Weights> {
  checkSeed(seed);
  const data = new Float32Array(weightCountThrough(through));
  await Promise.all(
    convLayersThrough(through).map(async (layer) => {
      const kernel = data.subarray(layer.kernelOffset, layer.biasOffset);
      if (cache === undefined) return fillKernel(kernel, layer, seed);
      const path = join(cache, 'weights', algorithm, String(seed), `${layer.name}.bin`);
      const key = `${algorithm} ${seed} ${layer.name}`;
      if (await readCached(path, key, kernel)) return;
      fillKernel(kernel, layer, seed);
      await writeCached(path, key, kernel);
    }),
  );
  return { source: `seeded:${seed}`, data };
}

/** @throws InputError for what is no seed. */
export function checkSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed <= largestSeed) return;
  throw new InputError(`the seed must be a whole number from 0 to ${largestSeed}, not ${seed}`);
}

function fillKernel(kernel: Float32Array, layer: ConvLayer, seed: number): void {
  const random = layerRandom(seed, layer);
  const width = layer.inChannels * 9;
  if (layer.outChannels <= width) {
    fillOrthogonalRows(kernel, layer.inChannels, Math.SQRT2, random);
  } else {
    kernel.set(orthonormalColumns(layer.outChannels, width, random).map((value) => value * Math.SQRT2));
  }
}

/** The layer's own stream: a jump passes over 2^64 numbers, more than any layer takes. */
export function layerRandom(seed: number, layer: ConvLayer): RandomGenerator {
  const random = xoroshiro128plus(seed);
  // The first layer jumps too: right after seeding the states of neighbouring seeds are alike.
  for (let jumps = 0; jumps <= convLayers.indexOf(layer); jumps++) random.jump();
  return random;
}
