/** Drawing in light and shade alone, with the photo's colours laid on what is shown. */
import { colourIn, grey, type Rgb } from './spaces.js';

const lumaAt = (picture: Uint8Array, at: number): number =>
  colourIn(grey, [picture[at]!, picture[at + 1]!, picture[at + 2]!] as Rgb)[0]!;

/** A picture without its colours: the luma of each pixel as its R, G and B. 8 bits, interleaved [H, W, 3]. */
export function withoutColours(picture: Uint8Array): Uint8Array {
  const shades = new Uint8Array(picture.length);
  for (let at = 0; at < picture.length; at += 3) shades.fill(Math.round(lumaAt(picture, at)), at, at + 3);
  return shades;
}

/**
 * A grey picture with the colours of a photo of its size: the photo's chroma, R, G and B less their luma, is added to each pixel, or as much
 * of it as leaves the luma what it is. So blank paper stays blank, and black stays black. 8 bits, interleaved [H, W, 3].
 */
export function withColoursOf(photo: Uint8Array, shades: Uint8Array): Uint8Array {
  // Rounded as it is written.
  const coloured = new Uint8ClampedArray(photo.length);
  for (let at = 0; at < photo.length; at += 3) {
    const luma = lumaAt(photo, at);
    const shade = shades[at]!;
    let share = 1;
    for (let c = at; c < at + 3; c++) {
      const chroma = photo[c]! - luma;
      const room = chroma > 0 ? 255 - shade : shade;
      if (Math.abs(chroma) > room) share = Math.min(share, room / Math.abs(chroma));
    }
    for (let c = at; c < at + 3; c++) coloured[c] = shade + share * (photo[c]! - luma);
  }
  return new Uint8Array(coloured.buffer);
}
