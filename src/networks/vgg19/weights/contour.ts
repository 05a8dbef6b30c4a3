/** Weights that answer to edges, made from a formula: no download, and the same on every machine. */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { type ConvLayer, convLayersThrough, type Layer, weightCountThrough } from '../layers.js';
import { fillOrthogonalRows, nearlyNormal } from './orthogonal.js';
import { checkSeed, layerRandom } from './seeded.js';
import type { Weights } from './weights.js';

/** Places of a kernel, and forms that it is a sum of. */
const places = 9;

/** A smooth window, its first differences and its second ones, of length 1. */
const profiles = [
  [1, 2, 1],
  [-1, 0, 1],
  [-1, 2, -1],
].map(normalised);

/** The nine outer products of two of them, [9, 3·3]: the first is flat. */
const basis = Float64Array.from(
  profiles.flatMap((down) => profiles.flatMap((across) => down.flatMap((a) => across.map((b) => a * b)))),
);

/** How much of each a kernel has: in deeper layers little of what is rough, and in the first nothing of what is flat. */
const smooth = [1, 0.7, 0.4];
const deepWeights = smooth.flatMap((down) => smooth.map((across) => down * across));
const firstWeights = [0, 1, 0.5, 1, 0.5, 0.3, 0.5, 0.3, 0.1];

/**
 * What every layer answers to a plain surface, of any brightness, in grey levels: more than the noise of a photo, and than rounding errors,
 * which without it would open or close half of the kernels at random on blank paper.
 */
const bias = 2;

/** Luminance, red against green and blue against yellow, as B, G, R; and how much of each. */
const colours = [
  [1, 1, 1],
  [0, -1, 1],
  [2, -1, -1],
].map(normalised);
const colourWeights = [1, 0.5, 0.5];

/**
 * Weights from `seed`: kernels are random combinations of a smooth window's first and second derivatives, oriented any way. Those of the
 * first layer have no mean, and see luminance and two opponent colours, as the first cells of an eye do; those of the others are
 * orthogonal before they are made smooth, and their flat parts sum to zero over the channels. So a plain surface leaves no
 * more than the bias in any layer, however bright it is, where {@link seededWeights} answer to brightness itself. Every kernel has the
 * length √2.
 * @param seed a whole number from 0, as for `seeded`.
 * @param through the last layer whose weights are wanted. A layer's weights do not depend on it.
 * @throws InputError for any other seed.
 */
export function contourWeights(seed: number, through: Layer): Weights {
  checkSeed(seed);
  const data = new Float32Array(weightCountThrough(through));
  for (const layer of convLayersThrough(through)) {
    const kernels = data.subarray(layer.kernelOffset, layer.biasOffset);
    const random = layerRandom(seed, layer);
    if (layer.inChannels === colours.length) fillFirst(kernels, layer, random);
    else fillDeeper(kernels, layer, random);
    data.fill(bias, layer.biasOffset, layer.biasOffset + layer.outChannels);
  }
  return { source: `contour:${seed}`, data, border: 'repeated' };
}

function fillFirst(kernels: Float32Array, { outChannels }: ConvLayer, random: RandomGenerator): void {
  const width = colours.length * places;
  const mixed = new Float64Array(places);
  for (let k = 0; k < outChannels; k++) {
    const kernel = kernels.subarray(k * width, (k + 1) * width);
    const shares = colourWeights.map((colour) => firstWeights.map((form) => colour * form * nearlyNormal(random)));
    for (let channel = 0; channel < colours.length; channel++) {
      for (let form = 0; form < places; form++) {
        mixed[form] = colours.reduce((sum, direction, i) => sum + direction[channel]! * shares[i]![form]!, 0);
      }
      combineForms(mixed, kernel, channel * places);
    }
    scale(kernel);
  }
}

function fillDeeper(kernels: Float32Array, { inChannels, outChannels }: ConvLayer, random: RandomGenerator): void {
  fillOrthogonalRows(kernels, inChannels, 1, random);
  const width = inChannels * places;
  const shares = new Float64Array(places);
  for (let k = 0; k < outChannels; k++) {
    const kernel = kernels.subarray(k * width, (k + 1) * width);
    let flat = 0;
    for (let i = 0; i < width; i += places) flat += kernel[i]! / inChannels;
    for (let start = 0; start < width; start += places) {
      for (let form = 0; form < places; form++) {
        shares[form] = deepWeights[form]! * (kernel[start + form]! - (form === 0 ? flat : 0));
      }
      combineForms(shares, kernel, start);
    }
    scale(kernel);
  }
}

/** Writes 3×3 values, the sum of the basis' forms in these shares. */
function combineForms(shares: Float64Array, kernel: Float32Array, start: number): void {
  for (let place = 0; place < places; place++) {
    let sum = 0;
    for (let form = 0; form < places; form++) sum += shares[form]! * basis[form * places + place]!;
    kernel[start + place] = sum;
  }
}

/** Gives a kernel its length. */
function scale(kernel: Float32Array): void {
  let squares = 0;
  for (let i = 0; i < kernel.length; i++) squares += kernel[i]! ** 2;
  const gain = Math.SQRT2 / Math.sqrt(squares);
  for (let i = 0; i < kernel.length; i++) kernel[i]! *= gain;
}

function normalised(values: readonly number[]): number[] {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}
