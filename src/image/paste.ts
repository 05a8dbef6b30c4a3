/** Lays pictures onto others. */
import type { Picture } from './picture.js';

/** Replaces a part of a page, which the picture does not go past. @param place of the picture's upper left corner, in pixels. */
export function paste(
  page: Picture,
  { width, height, rgb }: Picture,
  { left, top }: { readonly left: number; readonly top: number },
): void {
  for (let row = 0; row < height; row++) {
    page.rgb.set(rgb.subarray(3 * row * width, 3 * (row + 1) * width), 3 * ((top + row) * page.width + left));
  }
}

/** A picture of one colour. */
export function plain(width: number, height: number, colour: readonly number[]): Picture {
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < rgb.length; i += 3) rgb.set(colour, i);
  return { width, height, rgb };
}
