/** Finished strokes as they are painted. */
import { marksOf } from './parameters.js';
import { coverOf } from './pens.js';
import type { Marks, Sheet } from './raster.js';
import { finalSoftness } from './rounds.js';
import type { Strokes } from './strokes.js';

/** Their marks, in three channels, and what these are drawn on in the drawing's size. */
export function painted(strokes: Strokes): { readonly marks: Marks<Float32Array>; readonly sheet: Sheet } {
  const { size, kind, isOfPens } = strokes;
  return {
    marks: marksOf({ ...strokes, opacity: seenOpacity(strokes) }, kind, 3),
    sheet: { width: size.width, height: size.height, channels: 3, softness: finalSoftness, isEven: isOfPens },
  };
}

/** How opaque strokes are painted: those of pens as they look from afar. */
export const seenOpacity = ({ width, opacity, isOfPens }: Strokes): Float32Array =>
  isOfPens ? opacity.map((value, stroke) => value * coverOf(width[stroke]!, finalSoftness)) : opacity;
