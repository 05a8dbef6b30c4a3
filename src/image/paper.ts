/** Turns what a decoder gives into a picture: upright, and opaque on white paper. */
import type { Alpha } from './formats/format.js';
import type { Picture } from './picture.js';

/** What Jimp works on: [height, width, 4], 8 bits, R G B A. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Whether width and height of the upright picture are the file's other way round. */
export const liesOnItsSide = (orientation: number): boolean => orientation >= 5;

/**
 * @param orientation EXIF's number, 1 to 8: how the camera was held.
 * @param alpha how the fourth channel is meant.
 */
export function layOnPaper(bitmap: Bitmap, orientation: number, alpha: Alpha): Picture {
  const { width: w, height: h, data } = bitmap;
  const lastColumn = w - 1;
  const lastRow = (h - 1) * w;
  // Where the upright picture's first pixel is in the bitmap, and how far its right and its lower neighbour are.
  const [start, right, down] = (
    [
      [0, 1, w],
      [lastColumn, -1, w],
      [lastRow + lastColumn, -1, -w],
      [lastRow, 1, -w],
      [0, w, 1],
      [lastRow, -w, 1],
      [lastRow + lastColumn, -w, -1],
      [lastColumn, w, -1],
    ] as const
  )[orientation - 1]!;
  const [width, height] = liesOnItsSide(orientation) ? [h, w] : [w, h];

  const rgb = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (start + x * right + y * down);
      const cover = alpha === 'none' ? 255 : data[from + 3]!;
      const paper = 255 - cover;
      const weight = alpha === 'premultiplied' ? 1 : cover / 255;
      for (let channel = 0; channel < 3; channel++) {
        rgb[to++] = Math.min(255, Math.round(data[from + channel]! * weight + paper));
      }
    }
  }
  return { width, height, rgb };
}
