/** The finished drawing, drawn stroke after stroke. */
import { describe, expect, test } from '@jest/globals';
import type { Picture } from '../../../src/image/picture.js';
import { renderStrokes } from '../../../src/media/strokes/render.js';
import { replayFrames } from '../../../src/media/strokes/replay.js';
import { sequenceOf } from '../../../src/media/strokes/sequence.js';
import type { Strokes } from '../../../src/media/strokes/strokes.js';
import { someStrokes } from '../../support/strokes.js';

const size = { width: 61, height: 47 };

const some = (kind: Strokes['kind'], count = 12): Strokes => someStrokes(count, size, kind);

/** One black line of 40 pixels from the left to the right, and what it covers of its row. */
const line: Strokes = {
  ...{ size, kind: 'ink', paper: [255, 255, 255] },
  points: Float32Array.of(10, 20, 30, 20, 50, 20),
  width: Float32Array.of(3),
  opacity: Float32Array.of(0.95),
  colour: new Float32Array(3),
};

const copies = (strokes: Strokes, frames: number, more = {}): Picture[] =>
  Array.from(replayFrames(strokes, { frames, ...more }), (picture) => ({ ...picture, rgb: picture.rgb.slice() }));

const worst = (a: Picture, b: Picture): number =>
  a.rgb.reduce((most, value, i) => Math.max(most, Math.abs(value - b.rgb[i]!)), 0);

/** Where the first and the last dark pixel of the line are. */
const darkIn = ({ rgb }: Picture): [number, number] | undefined => {
  const row = Array.from({ length: size.width }, (_, x) => rgb[3 * (20 * size.width + x)]!);
  const dark = (value: number) => value < 128;
  return row.some(dark) ? [row.findIndex(dark), row.findLastIndex(dark)] : undefined;
};

describe.each(['ink', 'chalk'] as const)('strokes of %s', (kind) => {
  const strokes = some(kind);

  test('begin with blank paper and end with the drawing', () => {
    const frames = copies(strokes, 20);
    expect(frames).toHaveLength(20);
    expect(frames[0]!.rgb).toEqual(renderStrokes({ ...strokes, ...some(kind, 0), paper: strokes.paper }).rgb);
    expect(frames.at(-1)).toEqual(renderStrokes(strokes));
  });

  test('are there for good, as the drawing has them, once they are drawn', () => {
    const steps = sequenceOf(strokes).flat();
    const frames = copies(strokes, 400);
    // The last but one lacks part of the last stroke alone, and has the tip: whatever lies elsewhere is the drawing.
    const last = steps.at(-1)!.stroke;
    const xs = [0, 2, 4].map((i) => strokes.points[6 * last + i]!);
    const ys = [1, 3, 5].map((i) => strokes.points[6 * last + i]!);
    const far = strokes.width[last]! / 2 + 5;
    const finished = renderStrokes(strokes);
    let compared = 0;
    for (let pixel = 0; pixel < size.width * size.height; pixel++) {
      const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)];
      const isIn = (at: number, [...of]: number[]) => at > Math.min(...of) - far && at < Math.max(...of) + far;
      if (isIn(x, xs) && isIn(y, ys)) continue;
      compared++;
      for (let c = 0; c < 3; c++) {
        // Multiplied in another order, and rounded.
        expect(Math.abs(frames.at(-2)!.rgb[3 * pixel + c]! - finished.rgb[3 * pixel + c]!)).toBeLessThanOrEqual(1);
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});

test('fine lines of pens are as pale while they are drawn as in the end', () => {
  // The last one is drawn far from what is looked at.
  const { points, ...others } = some('ink', 40);
  const strokes: Strokes = { ...others, points: points.map((value) => value / 2), isOfPens: true };
  strokes.points.set([58, 44, 59, 45, 60, 46], 6 * 39);
  strokes.width.fill(0.3);
  const steps = sequenceOf(strokes).flat();
  const last = steps.filter(({ stroke }) => stroke === 39);
  const frames = copies(strokes, 400, { steps: [...steps.filter(({ stroke }) => stroke !== 39), ...last] });
  const darkness = ({ rgb }: Picture) =>
    Array.from({ length: 30 * 22 }, (_, i) => 250 - rgb[3 * (Math.floor(i / 30) * size.width + (i % 30))]!).reduce(
      (sum, dark) => sum + dark,
    );
  expect(darkness(frames.at(-2)!) / darkness(frames.at(-1)!)).toBeCloseTo(1, 2);
});

describe('a stroke', () => {
  test('grows evenly from its beginning, and never goes back', () => {
    const frames = copies(line, 25);
    const ends = frames.slice(6).map((frame) => darkIn(frame)!);
    for (const [from] of ends) expect(from).toBeLessThanOrEqual(11);
    const steps = ends.slice(1).map(([, to], i) => to - ends[i]![1]);
    // 40 pixels and a fifth of that for the way there, in 24 steps: two pixels each.
    for (const step of steps.slice(0, -1)) expect([1, 2, 3]).toContain(step);
  });

  test('that is turned grows from its end', () => {
    const frames = copies(line, 25, { steps: [{ stroke: 0, isTurned: true }] });
    const [from, to] = darkIn(frames[12]!)!;
    expect(from).toBeGreaterThan(20);
    expect(to).toBeGreaterThanOrEqual(48);
  });

  test('that is partly drawn is what the drawing has there, but for the tip', () => {
    const frames = copies(line, 25);
    const finished = renderStrokes(line);
    const half = frames[16]!;
    const [, to] = darkIn(half)!;
    for (let x = 0; x < to - 6; x++) {
      for (let y = 0; y < size.height; y++) {
        const at = 3 * (y * size.width + x);
        // In chords of its part instead of the whole: the line is straight.
        expect(Math.abs(half.rgb[at]! - finished.rgb[at]!)).toBeLessThanOrEqual(1);
      }
    }
  });
});

test('the tip is seen where nothing is drawn yet, and leaves nothing behind', () => {
  const pair = { ...some('ink', 2), points: Float32Array.of(5, 5, 10, 5, 15, 5, 45, 40, 50, 40, 55, 40) };
  const frames = copies(pair, 60);
  const blank = frames[0]!;
  const between = [30, 22];
  const seen = frames.map((frame) => {
    let most = 0;
    for (let y = between[1]! - 4; y < between[1]! + 4; y++)
      for (let x = between[0]! - 4; x < between[0]! + 4; x++)
        most = Math.max(most, Math.abs(frame.rgb[3 * (y * size.width + x)]! - blank.rgb[3 * (y * size.width + x)]!));
    return most;
  });
  expect(Math.max(...seen)).toBeGreaterThan(20);
  expect(seen.at(-1)).toBe(0);
});

test('the finished picture may be given', () => {
  const given = { ...size, rgb: new Uint8Array(3 * size.width * size.height).fill(7) };
  expect(copies(line, 3, { finished: given }).at(-1)).toEqual(given);
});

test.each([0, 1, 2.5, Number.NaN])('%p frames are none', (frames) => {
  expect(() => replayFrames(line, { frames })).toThrow(/^frames: expected a whole number from 2$/);
});

test('of no strokes there is blank paper', () => {
  const frames = copies(some('ink', 0), 4);
  expect(frames).toHaveLength(4);
  for (const frame of frames) expect(worst(frame, frames[0]!)).toBe(0);
});
