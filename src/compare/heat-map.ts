/** Where two pictures differ, as a picture. */
import { heat } from '../colour/scales.js';
import type { Picture } from '../image/picture.js';

/**
 * Black where they are equal; from dark red over yellow to white by the greatest difference of a pixel's values.
 * @param most the difference that is white, in levels: above 0.
 */
export function heatMap(one: Picture, other: Picture, most: number): Picture {
  const rgb = new Uint8Array(one.rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const differences = [0, 1, 2].map((c) => Math.abs(one.rgb[i + c]! - other.rgb[i + c]!));
    rgb.set(heat(Math.max(...differences) / most), i);
  }
  return { width: one.width, height: one.height, rgb };
}
