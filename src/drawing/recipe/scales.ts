/** Scales: a drawing may begin small, for large shapes in a part of the time, and go on larger. */
import { z } from 'zod';
import { scaledSize } from '../../image/fitted-size.js';
import type { Size } from '../../image/picture.js';

/** Halved so often, no side that is drawn is a pixel long. */
const mostScales = 8;

const isAscending = (scales: readonly number[]): boolean =>
  scales.every((scale, i) => scale > (scales[i - 1] ?? 0)) && scales.at(-1) === 1;

const expected = `expected up to ${mostScales} ascending numbers above 0, the last one 1: [0.25, 0.5, 1]`;

/** Shares of the drawing's side, in the order in which they are drawn at. */
export const scalesSchema = z
  .array(z.number({ error: expected }), { error: expected })
  .refine((scales) => scales.length <= mostScales && isAscending(scales), { error: expected });

/** Iterations of a phase that follow each other at one scale. */
export interface Span {
  /** Position of the phase, from 0. */
  readonly position: number;
  /** The first of them, counted in the phase from 0, and how many they are. */
  readonly first: number;
  readonly count: number;
  readonly scale: number;
}

/**
 * Shares the iterations of a drawing out evenly among its scales: iteration i of n is drawn at scales[⌊i·k/n⌋] of k; where that leaves a
 * side too short, at the next scale that does not.
 * @param iterations how many each phase has.
 * @param whole the size at scale 1, which is drawn at however short its sides are.
 * @param leastSide pixels that the shorter side must have.
 */
export function spansOf(
  iterations: readonly number[],
  scales: readonly number[],
  whole: Size,
  leastSide: number,
): Span[] {
  const isLargeEnough = (scale: number): boolean => {
    const { width, height } = scaledSize(whole, scale);
    return scale === 1 || Math.min(width, height) >= leastSide;
  };
  const total = iterations.reduce((sum, count) => sum + count, 0);
  const shares = scales.map((_, i) => ({
    scale: scales.slice(i).find(isLargeEnough)!,
    from: Math.ceil((i * total) / scales.length),
    to: Math.ceil(((i + 1) * total) / scales.length),
  }));
  let start = 0;
  return iterations.flatMap((count, position) => {
    const spans: Span[] = [];
    for (const { scale, ...share } of shares) {
      const first = Math.max(share.from - start, 0);
      const more = Math.min(share.to - start, count) - first;
      if (more <= 0) continue;
      const before = spans.at(-1);
      if (before?.scale === scale) spans[spans.length - 1] = { ...before, count: before.count + more };
      else spans.push({ position, first, count: more, scale });
    }
    start += count;
    return spans;
  });
}
