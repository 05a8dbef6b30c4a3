/** Makes pictures smaller. */
import { Jimp } from 'jimp';
import { layOnPaper } from './paper.js';
import type { Picture } from './picture.js';

/**
 * The picture with its longer side at most `longest` pixels, its shape kept as far as whole pixels allow (each side at
 * least 1). Never enlarges: a picture that fits is returned as it is.
 * @param longest pixels, a whole number from 1.
 */
export function fitLongestSide(picture: Picture, longest: number): Picture {
  const { width, height, rgb } = picture;
  const scale = longest / Math.max(width, height);
  if (scale >= 1) return picture;

  const data = Buffer.alloc(width * height * 4, 255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data[4 * pixel] = rgb[3 * pixel]!;
    data[4 * pixel + 1] = rgb[3 * pixel + 1]!;
    data[4 * pixel + 2] = rgb[3 * pixel + 2]!;
  }
  const image = new Jimp({ width, height, data });
  // No `mode`: then Jimp averages over all the pixels that a new one covers. Its nearest-neighbour and bilinear modes
  // look at one and at four of them, so that fine patterns turn into coarse ones, and its others are slower and no better.
  image.resize({ w: Math.max(1, Math.round(width * scale)), h: Math.max(1, Math.round(height * scale)) });
  return layOnPaper(image.bitmap, 1, 'none');
}
