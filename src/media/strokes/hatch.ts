/** Hatching: strokes that make tones are straight, and run at angles of their own. */
import type { StrokesSpec } from './spec.js';

/**
 * Which way a stroke runs that is for a tone, in radians from x to y; undefined for those that follow edges. The first strokes do, so that
 * contours are there before tones; of the others those of one angle come after those of another, where tones are still missing.
 */
export function hatchAngle({ count, hatch }: Pick<StrokesSpec, 'count' | 'hatch'>, stroke: number): number | undefined {
  if (!hatch) return undefined;
  const first = Math.round(count * (1 - hatch.share));
  if (stroke < first) return undefined;
  const { angles } = hatch;
  return (angles[Math.floor(((stroke - first) * angles.length) / (count - first))]! * Math.PI) / 180;
}
