/** Where two pictures differ, as a picture. */
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

/** A third of the way each colour comes up; the least difference is seen on black. */
function heat(part: number): [number, number, number] {
  if (part === 0) return [0, 0, 0];
  const rise = (from: number) => Math.round(255 * Math.min(1, Math.max(0, 3 * part - from)));
  return [Math.max(64, rise(0)), rise(1), rise(2)];
}
