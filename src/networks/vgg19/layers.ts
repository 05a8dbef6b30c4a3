/** The layers of VGG-19 (Simonyan & Zisserman 2015, configuration E), without its classifier, as Keras names them. */
import { InputError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';

/** A 3×3 convolution with stride 1 and zero padding 1, followed by ReLU. */
export interface ConvLayer {
  readonly kind: 'conv';
  readonly name: string;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Where the kernel [out, in, 3, 3] starts in the weights, counted in floats; the bias [out] follows it. */
  readonly kernelOffset: number;
  readonly biasOffset: number;
}

/** A 2×2 max-pool with stride 2 that drops an odd last row or column. */
export interface PoolLayer {
  readonly kind: 'pool';
  readonly name: string;
  readonly outChannels: number;
}

export type Layer = ConvLayer | PoolLayer;

const blocks = [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 4, channels: 256 },
  { convolutions: 4, channels: 512 },
  { convolutions: 4, channels: 512 },
];

function layerTable(): Layer[] {
  const table: Layer[] = [];
  let inChannels = 3;
  let offset = 0;
  blocks.forEach(({ convolutions, channels }, block) => {
    for (let i = 1; i <= convolutions; i++) {
      const kernelOffset = offset;
      const biasOffset = kernelOffset + channels * inChannels * 9;
      offset = biasOffset + channels;
      const name = `block${block + 1}_conv${i}`;
      table.push({ kind: 'conv', name, inChannels, outChannels: channels, kernelOffset, biasOffset });
      inChannels = channels;
    }
    table.push({ kind: 'pool', name: `block${block + 1}_pool`, outChannels: channels });
  });
  return table;
}

/** All 21 layers, from the pixels down: block1_conv1 … block5_conv4, block5_pool. */
export const layers: readonly Layer[] = layerTable();

/** The sixteen convolutions, in order. */
export const convLayers: readonly ConvLayer[] = layers.filter((layer) => layer.kind === 'conv');

/**
 * The layer of that name. Besides Keras' names (`block5_conv2`, `block5_pool`) it takes `conv5_2`, `relu5_2`, `b5_conv2`
 * and `pool5`.
 * @throws InputError for any other name.
 */
export function findLayer(name: string): Layer {
  const canonical = name
    .replace(/^(?:conv|relu)(\d)_(\d)$/, 'block$1_conv$2')
    .replace(/^b(\d)_/, 'block$1_')
    .replace(/^pool(\d)$/, 'block$1_pool');
  const layer = layers.find((candidate) => candidate.name === canonical);
  if (!layer) {
    const known = layers.map((one) => one.name);
    throw new InputError(`unknown layer '${name}'; VGG-19 has ${known.join(', ')}${didYouMean(name, known)}`);
  }
  return layer;
}

/** The layers that have to be computed to get the activation of `layer`, itself included. */
export function layersThrough(layer: Layer): readonly Layer[] {
  return layers.slice(0, layers.indexOf(layer) + 1);
}

/** The convolutions among {@link layersThrough}. */
export function convLayersThrough(layer: Layer): readonly ConvLayer[] {
  return layersThrough(layer).filter((candidate) => candidate.kind === 'conv');
}

/** How many floats the weights of all convolutions up to and including `layer` take. */
export function weightCountThrough(layer: Layer): number {
  const last = convLayersThrough(layer).at(-1)!;
  return last.biasOffset + last.outChannels;
}

/** By how many pixels the layer's positions step: each pool on the way to it, itself included, doubles that. */
export function gridOf(layer: Layer): number {
  return 2 ** layersThrough(layer).filter((candidate) => candidate.kind === 'pool').length;
}

/** How many activations the layer has for a picture of that size in pixels: positions times channels. */
export function activationCount(layer: Layer, { height, width }: { height: number; width: number }): number {
  const grid = gridOf(layer);
  return layer.outChannels * Math.floor(height / grid) * Math.floor(width / grid);
}

/** The smallest side, in pixels, of a picture for which `layer` has at least one position. */
export const smallestSide = gridOf;

/**
 * How many pixels on each side of a position's own square of the grid its activation depends on. Each 3×3 convolution reaches one
 * position further, of the grid it works on; pools reach no further than their own square.
 */
export function haloOf(layer: Layer): number {
  let grid = 1;
  let halo = 0;
  for (const { kind } of layersThrough(layer)) {
    if (kind === 'pool') grid *= 2;
    else halo += grid;
  }
  return halo;
}
