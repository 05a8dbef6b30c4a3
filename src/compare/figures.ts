/** How far two pictures of one size are apart, in figures. */
import { ssim } from 'ssim.js';
import type { Picture } from '../image/picture.js';

export interface Figures {
  /** The greatest difference of a value: levels, 0 to 255. */
  readonly greatest: number;
  /** How many pixels differ at all. */
  readonly differing: number;
  /** Peak signal-to-noise ratio in decibels, over all values: 10 · log10(255² ÷ mean square of the differences). Infinity where they are equal. */
  readonly psnr: number;
  /**
   * Structural similarity of their luminance, up to 1: the mean of the index of Wang, Bovik, Sheikh and Simoncelli, "Image Quality
   * Assessment: From Error Visibility to Structural Similarity" (2004), in Gaussian windows of 11×11 pixels, or the largest odd side that fits.
   */
  readonly ssim: number;
}

const equal: Figures = { greatest: 0, differing: 0, psnr: Number.POSITIVE_INFINITY, ssim: 1 };

/** Of pictures of the same size. */
export function figuresOf(one: Picture, other: Picture): Figures {
  let [greatest, squares, differing] = [0, 0, 0];
  for (let i = 0; i < one.rgb.length; i += 3) {
    let most = 0;
    for (let c = i; c < i + 3; c++) {
      const difference = Math.abs(one.rgb[c]! - other.rgb[c]!);
      squares += difference * difference;
      if (difference > most) most = difference;
    }
    if (most > greatest) greatest = most;
    if (most > 0) differing++;
  }
  if (differing === 0) return equal;
  const psnr = 10 * Math.log10(255 ** 2 / (squares / one.rgb.length));
  const least = Math.min(one.width, one.height);
  const windowSize = Math.min(11, least % 2 === 0 ? least - 1 : least);
  // Without its own reduction of large pictures: the windows are of pixels, whatever the size.
  const { mssim } = ssim(rgba(one), rgba(other), { ssim: 'fast', downsample: false, windowSize });
  return { greatest, differing, psnr, ssim: mssim };
}

function rgba({ width, height, rgb }: Picture) {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0, j = 0; i < rgb.length; i += 3, j += 4) {
    data[j] = rgb[i]!;
    data[j + 1] = rgb[i + 1]!;
    data[j + 2] = rgb[i + 2]!;
  }
  return { width, height, data };
}
