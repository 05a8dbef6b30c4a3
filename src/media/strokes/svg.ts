/** Strokes as an SVG. */
import { countOf, type Strokes } from './strokes.js';

/** A picture of paths, in pixels of the drawing. */
export function strokesToSvg(strokes: Strokes): string {
  const { size, points, width } = strokes;
  const paths = Array.from({ length: countOf(strokes) }, (_, stroke) => {
    const [ax, ay, bx, by, cx, cy] = points.subarray(6 * stroke, 6 * stroke + 6);
    return `<path d="M${ax} ${ay}Q${bx} ${by} ${cx} ${cy}" stroke-width="${width[stroke]}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" fill="none">${paths.join('')}</svg>`;
}
