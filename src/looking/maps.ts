/** Activations and Gram matrices as pictures: ink on white paper. */
import { ink } from '../colour/scales.js';
import type { Picture, Size } from '../image/picture.js';
import { type Activation, type ChannelFigures, channelOf } from './figures.js';

/** Parts of the greatest value are drawn as roots: most of what there is is weak, and would be next to white. */
const shade = (value: number, most: number): number =>
  most > 0 ? Math.sign(value) * Math.sqrt(Math.min(1, Math.abs(value) / most)) : 0;

/** A channel: a pixel for each position, white where it is 0; full ink is its strongest activation. What is below 0 is red. */
export function channelMap(activation: Activation, { channel, min, max }: ChannelFigures): Picture {
  const [, height, width] = activation.shape;
  return inInk({ width, height }, channelOf(activation, channel), Math.max(-min, max));
}

/**
 * A Gram matrix: a pixel for each pair of channels, the strongest first; full ink is the greatest of two different ones.
 * @param gram float32[C, C].
 */
export function gramMap(gram: Float32Array, channels: readonly Pick<ChannelFigures, 'channel'>[]): Picture {
  const count = channels.length;
  let most = 0;
  const sorted = Float32Array.from({ length: count * count }, (_, i) => {
    const [row, column] = [channels[Math.floor(i / count)]!.channel, channels[i % count]!.channel];
    const value = gram[row * count + column]!;
    if (row !== column) most = Math.max(most, Math.abs(value));
    return value;
  });
  return inInk({ width: count, height: count }, sorted, most);
}

function inInk(size: Size, values: Float32Array, most: number): Picture {
  const rgb = new Uint8Array(3 * values.length);
  for (const [i, value] of values.entries()) rgb.set(ink(shade(value, most)), 3 * i);
  return { ...size, rgb };
}
