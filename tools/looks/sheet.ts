/** A contact sheet: pictures in rows and columns, with labels. */
import { Jimp, loadFont } from 'jimp';
import { SANS_16_BLACK } from 'jimp/fonts';
import type { Picture } from '../../src/image/picture.js';
import { fitLongestSide } from '../../src/image/resize.js';

export interface Labelled {
  readonly label: string;
  readonly picture: Picture;
}

const gap = 8;
const lineHeight = 24;

/**
 * The bytes of a JPEG.
 * @param cell the longest side of a picture in it, in pixels.
 */
export async function contactSheet(
  rows: readonly (readonly Labelled[])[],
  cell: number,
  quality: number,
): Promise<Buffer> {
  const font = await loadFont(SANS_16_BLACK);
  const fit = async ({ label, picture }: Labelled) => ({ label, picture: await fitLongestSide(picture, cell) });
  const fitted = await Promise.all(rows.map((row) => Promise.all(row.map(fit))));
  const columns = Array.from({ length: Math.max(...rows.map(({ length }) => length)) }, (_, column) =>
    Math.max(...fitted.map((row) => row[column]?.picture.width ?? 0)),
  );
  const heights = fitted.map((row) => Math.max(...row.map(({ picture }) => picture.height)));
  const total = (sides: readonly number[], extra: number) => sides.reduce((sum, side) => sum + side + extra, gap);
  const sheet = new Jimp({ width: total(columns, gap), height: total(heights, gap + lineHeight), color: 0xf4f4f2ff });
  let top = gap;
  for (const [row, cells] of fitted.entries()) {
    let left = gap;
    for (const [column, { label, picture }] of cells.entries()) {
      sheet.print({ font, x: left, y: top, text: label });
      paste(sheet.bitmap, picture, left, top + lineHeight);
      left += columns[column]! + gap;
    }
    top += lineHeight + heights[row]! + gap;
  }
  return sheet.getBuffer('image/jpeg', { quality });
}

function paste(
  sheet: { readonly data: Uint8Array; readonly width: number },
  { rgb, width, height }: Picture,
  left: number,
  top: number,
): void {
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [left + (i % width), top + Math.floor(i / width)];
    sheet.data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * (y * sheet.width + x));
  }
}
