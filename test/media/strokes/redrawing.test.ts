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

test('strokes that lie anywhere where the drawing is redrawn are taken away', () => {
  const erased = strokeRedrawing.erased(before, there, size);
  expect(awakeIn(erased)).toEqual([true, false, false]);
  expect(awakeIn(before)).toEqual([true, true, true]);
});

test('all others stay as they were, and there are no new ones where nothing has changed', () => {
  // The first has been moved; the second drawn elsewhere on the right, the third on the left.
  const after = drawing([line(3, 12, 5), line(18, 26, 6), line(2, 12, 12)], 0.75);
  const settled = strokeRedrawing.settled(before, after, there, size);
  expect(awakeIn(settled)).toEqual([true, true, false]);
  const [was, is, got] = [before, after, settled].map((parameters) => strokesOf(parameters, size));
  expect([...got!.points.slice(0, 6)]).toEqual([...was!.points.slice(0, 6)]);
  expect([...got!.points.slice(6, 12)]).toEqual([...is!.points.slice(6, 12)]);
  expect(got!.opacity[0]).toBeCloseTo(0.5, 5);
  expect(got!.opacity[1]).toBeCloseTo(0.75, 5);
  // No stroke's own: as it has become.
  expect(settled.softness).toEqual(after.softness);
});
