/** Edges of pictures: how strong they are, and which way they run. */
import type { Size } from '../../image/picture.js';

/** Channels of a picture from 0 to 1, [channels, height, width]. */
export interface Planes extends Size {
  readonly channels: number;
  readonly values: Float32Array;
}

/** One channel of a picture. */
export const planeOf = ({ values, width, height }: Planes, channel: number): Float32Array =>
  values.subarray(channel * width * height, (channel + 1) * width * height);

/** Mean over a square of 2 · radius + 1 pixels; past the border lies what is on it. */
export function blurred(plane: Float32Array, { width, height }: Size, radius: number): Float32Array {
  if (radius === 0) return plane;
  const [across, result] = [new Float32Array(plane.length), new Float32Array(plane.length)];
  for (let row = 0; row < height; row++) slide(plane, across, row * width, 1, width, radius);
  for (let column = 0; column < width; column++) slide(across, result, column, width, height, radius);
  return result;
}

/** The sliding mean along a line of pixels. */
function slide(from: Float32Array, to: Float32Array, start: number, step: number, count: number, radius: number): void {
  const at = (i: number) => from[start + step * Math.min(count - 1, Math.max(0, i))]!;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  for (let i = 0; i < count; i++) {
    to[start + step * i] = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
  }
}

/** Differences of the pixels beside and below each other; none at the border. */
export function slopes(plane: Float32Array, { width, height }: Size): { across: Float32Array; down: Float32Array } {
  const [across, down] = [new Float32Array(plane.length), new Float32Array(plane.length)];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const i = row * width + column;
      if (column > 0 && column < width - 1) across[i] = plane[i + 1]! - plane[i - 1]!;
      if (row > 0 && row < height - 1) down[i] = plane[i + width]! - plane[i - width]!;
    }
  }
  return { across, down };
}

/** How strong the edges are, summed over the channels. @param radius of the blur before it. */
export function edgeStrength(planes: Planes, radius: number): Float32Array {
  const strength = new Float32Array(planes.width * planes.height);
  for (let channel = 0; channel < planes.channels; channel++) {
    const { across, down } = slopes(blurred(planeOf(planes, channel), planes, radius), planes);
    for (let i = 0; i < strength.length; i++) strength[i]! += Math.hypot(across[i]!, down[i]!);
  }
  return strength;
}

/**
 * Which way the edges run at each pixel, as an angle from 0 (to the right) to π: across the main direction of the slopes, averaged in their
 * neighbourhood as a tensor (Bigün & Granlund 1987), so that both sides of a line count alike.
 */
export function edgeAngles(planes: Planes, radius: number): Float32Array {
  const count = planes.width * planes.height;
  const [xx, xy, yy] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  for (let channel = 0; channel < planes.channels; channel++) {
    const { across, down } = slopes(blurred(planeOf(planes, channel), planes, radius), planes);
    for (let i = 0; i < count; i++) {
      xx[i]! += across[i]! ** 2;
      xy[i]! += across[i]! * down[i]!;
      yy[i]! += down[i]! ** 2;
    }
  }
  const around = (plane: Float32Array) => blurred(plane, planes, 2 * radius);
  const [meanXx, meanXy, meanYy] = [around(xx), around(xy), around(yy)];
  return meanXx.map((value, i) => Math.atan2(2 * meanXy[i]!, value - meanYy[i]!) / 2 + Math.PI / 2);
}
