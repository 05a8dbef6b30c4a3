/** Makes pictures smaller. */
import { methods } from '@jimp/plugin-resize';
import { fittedSize } from './fitted-size.js';
import { type Bitmap, layOnPaper } from './paper.js';
import type { Picture } from './picture.js';

/** Jimp's method alone: all of Jimp takes longer to load than a photo to be made smaller. It replaces the image's bitmap. */
const resize = methods.resize as unknown as (
  image: { bitmap: Bitmap },
  options: { readonly w: number; readonly h: number },
) => void;

/** The picture at its {@link fittedSize}: one that fits is returned as it is. */
export function fitLongestSide(picture: Picture, longest: number): Picture {
  const { width, height, rgb } = picture;
  const fitted = fittedSize(picture, longest);
  if (fitted.width === width && fitted.height === height) return picture;

  const data = Buffer.alloc(width * height * 4, 255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data[4 * pixel] = rgb[3 * pixel]!;
    data[4 * pixel + 1] = rgb[3 * pixel + 1]!;
    data[4 * pixel + 2] = rgb[3 * pixel + 2]!;
  }
  const image = { bitmap: { width, height, data } };
  // No `mode`: then Jimp averages over all the pixels that a new one covers. Its nearest-neighbour and bilinear modes
  // look at one and at four of them, so that fine patterns turn into coarse ones, and its others are slower and no better.
  resize(image, { w: fitted.width, h: fitted.height });
  return layOnPaper(image.bitmap, 1, 'none');
}
