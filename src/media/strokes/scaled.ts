/** Strokes at another size: they have no pixels. */
import { scaledSize } from '../../image/fitted-size.js';
import type { Strokes } from './strokes.js';

/** The same strokes in a drawing so many times as large. */
export const scaledStrokes = (strokes: Strokes, scale: number): Strokes => ({
  ...strokes,
  size: scaledSize(strokes.size, scale),
  points: strokes.points.map((value) => value * scale),
  width: strokes.width.map((value) => value * scale),
});
