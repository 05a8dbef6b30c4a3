/** What the network is shown of the pictures, and what is shown of the drawing. */
import { withColoursOf, withoutColours } from '../colour/luminance.js';
import type { Picture, Size } from '../image/picture.js';
import { enlarge } from '../image/resize.js';
import { inChalk, type Preset } from './recipe/index.js';

/**
 * The pictures as they are drawn from, the photo first: where that keeps its colours, in light and shade alone. 8-bit R, G, B, interleaved.
 */
export function seenPictures(
  [photo, ...styles]: readonly Uint8Array[],
  { medium }: Preset,
  keepColours: boolean,
): readonly Uint8Array[] {
  const isChalk = medium?.kind === 'strokes' && medium.material === 'chalk';
  const pictures = [isChalk ? inChalk(photo!) : photo!, ...styles];
  return keepColours ? pictures.map(withoutColours) : pictures;
}

/** A frame as it is yielded: at the drawing's size, and in the colours of a photo of that size where it keeps them. */
export async function shownFrame(frame: Picture, size: Size, photo: Uint8Array | undefined): Promise<Picture> {
  const picture = await enlarge(frame, size);
  return photo ? { ...picture, rgb: withColoursOf(photo, picture.rgb) } : picture;
}
