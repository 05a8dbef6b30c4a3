/** Values in place of pixels, at another size. */
import type { Size } from './picture.js';

/** What a value of a line is made of: neighbours that follow each other, and their weights, which are positive and add up to 1. */
interface Mean {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * A field of values at another size: each is a mean of its neighbours, which weigh the less the farther they are, down to nothing at the
 * distance of a pixel of the coarser of the two grids. Larger, that is bilinear interpolation; smaller, it leaves no aliases. Pixels'
 * centres lie at halves, and what is past the edge does not count. No value leaves the range of those it is made of.
 * @param planes float32[C, H, W] of the size `from`.
 * @returns float32[C, H, W] of the size `to`; the same array where that is the same size.
 */
export function resample(planes: Float32Array, from: Size, to: Size): Float32Array {
  if (from.width === to.width && from.height === to.height) return planes;
  const [across, down] = [meansOf(from.width, to.width), meansOf(from.height, to.height)];
  const channels = planes.length / (from.width * from.height);
  const rows = new Float32Array(from.height * to.width);
  const result = new Float32Array(channels * to.height * to.width);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < from.height; y++) {
      const start = (channel * from.height + y) * from.width;
      for (let x = 0; x < to.width; x++) {
        const { first, weights } = across[x]!;
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i]! * planes[start + first + i]!;
        rows[y * to.width + x] = sum;
      }
    }
    for (let y = 0; y < to.height; y++) {
      const { first, weights } = down[y]!;
      const start = (channel * to.height + y) * to.width;
      for (let x = 0; x < to.width; x++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i]! * rows[(first + i) * to.width + x]!;
        result[start + x] = sum;
      }
    }
  }
  return result;
}

/** How each value of a line of `to` is made of one of `from`. */
function meansOf(from: number, to: number): Mean[] {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio - 0.5;
    const first = Math.max(0, Math.floor(centre - reach) + 1);
    const last = Math.min(from - 1, Math.ceil(centre + reach) - 1);
    const weights = Array.from({ length: last - first + 1 }, (_, k) => 1 - Math.abs(first + k - centre) / reach);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
