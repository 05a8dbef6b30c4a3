import { expect, test } from '@jest/globals';
import { parametersOf, strokesOf } from '../../../src/media/strokes/parameters.js';
import { strokeRedrawing } from '../../../src/media/strokes/redrawing.js';
import { isAwake } from '../../../src/media/strokes/rounds.js';

const size = { width: 32, height: 16 };
/** The right half is redrawn. */
const there = Float32Array.from({ length: 32 * 16 }, (_, i) => (i % 32 >= 16 ? 1 : 0));

const line = (from: number, to: number, y: number) => [from, y, (from + to) / 2, y, to, y];
const drawing = (points: number[][], opacity: number) => ({
  ...parametersOf(
    {
      points: Float32Array.from(points.flat()),
      width: new Float32Array(points.length).fill(2),
      opacity: new Float32Array(points.length).fill(opacity),
    },
    size,
  ),
  softness: Float32Array.of(opacity),
});
const awakeIn = (parameters: Parameters<typeof strokesOf>[0]) => {
  const drawn = strokesOf(parameters, size);
  return [...drawn.width.keys()].map((stroke) => isAwake(drawn, stroke));
};

/** On the left, on the right, and across. */
const before = drawing([line(2, 10, 4), line(20, 28, 4), line(4, 28, 8)], 0.5);

test('all strokes are drawn anew', () => {
  expect(awakeIn(strokeRedrawing.erased(before, there, size))).toEqual([false, false, false]);
  expect(awakeIn(before)).toEqual([true, true, true]);
});

test('those that lie elsewhere stay as they were, and of the new ones come those that lie there', () => {
  // On the left, which has not changed; twice on the right, once in the place of a stroke that stays.
  const after = drawing([line(18, 26, 6), line(3, 12, 5), line(20, 28, 12)], 0.75);
  const settled = strokeRedrawing.settled(before, after, there, size);
  expect(awakeIn(settled)).toEqual([true, true, true]);
  const [was, is, got] = [before, after, settled].map((parameters) => strokesOf(parameters, size));
  const points = (of: typeof got, stroke: number) => [...of!.points.slice(6 * stroke, 6 * stroke + 6)];
  expect([0, 1, 2].map((stroke) => points(got, stroke))).toEqual([points(was, 0), points(is, 0), points(is, 2)]);
  expect(got!.opacity[0]).toBeCloseTo(0.5, 5);
  expect(got!.opacity[1]).toBeCloseTo(0.75, 5);
  // No stroke's own: as it has become.
  expect(settled.softness).toEqual(after.softness);
});

test('what is taken away without anything new is gone', () => {
  const after = drawing([line(2, 10, 12), line(2, 10, 13), line(2, 10, 14)], 0.75);
  expect(awakeIn(strokeRedrawing.settled(before, after, there, size))).toEqual([true, false, false]);
});
