/** The order in which a hand would draw strokes. */
import { describe, expect, test } from '@jest/globals';
import { scaledStrokes } from '../../../src/media/strokes/scaled.js';
import { sequenceOf, stagesFor } from '../../../src/media/strokes/sequence.js';
import type { Strokes } from '../../../src/media/strokes/strokes.js';
import { uniform } from '../../support/random.js';

interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly width?: number;
  readonly opacity?: number;
}

/** Straight black lines in a drawing of 256 × 192. */
const drawing = (lines: readonly Line[]): Strokes => ({
  size: { width: 256, height: 192 },
  paper: [255, 255, 255],
  kind: 'ink',
  points: Float32Array.from(
    lines.flatMap(({ from, to }) => [...from, (from[0] + to[0]) / 2, (from[1] + to[1]) / 2, ...to]),
  ),
  width: Float32Array.from(lines, ({ width = 1.5 }) => width),
  opacity: Float32Array.from(lines, ({ opacity = 0.5 }) => opacity),
  colour: new Float32Array(3 * lines.length),
});

/** Lines anywhere. */
const scribble = (count: number): Line[] =>
  Array.from({ length: count }, () => {
    const [x, y] = [uniform(10, 246), uniform(10, 182)];
    return { from: [x, y], to: [x + uniform(-30, 30), y + uniform(-30, 30)], opacity: uniform(0.1, 0.9) };
  });

const orderOf = (strokes: Strokes, stages?: number) =>
  sequenceOf(strokes, stages).map((way) => way.map(({ stroke }) => stroke));

const across = (y: number, length = 40): Pick<Line, 'from' | 'to'> => ({ from: [20, y], to: [20 + length, y] });

describe('stages', () => {
  test('have every stroke once', () => {
    const order = orderOf(drawing(scribble(200)), 7);
    expect(order).toHaveLength(7);
    expect(order.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  test('have as much line each, so that the first has few strokes and the last many', () => {
    const lines = scribble(300);
    const order = orderOf(drawing(lines), 6);
    const inked = order.map((stage) =>
      stage.reduce(
        (sum, i) => sum + Math.hypot(lines[i]!.to[0] - lines[i]!.from[0], lines[i]!.to[1] - lines[i]!.from[1]),
        0,
      ),
    );
    // To the length of a stroke.
    expect(Math.max(...inked) - Math.min(...inked)).toBeLessThan(45);
    expect(order.at(-1)!.length).toBeGreaterThan(1.5 * order[0]!.length);
  });

  test.each<[string, Line, Line]>([
    [
      'what is wide comes before what is long and dark',
      { ...across(60, 20), width: 6, opacity: 0.1 },
      { ...across(100, 200), opacity: 0.9 },
    ],
    ['what is long comes before what is short', across(60, 80), across(100, 20)],
    ['what is dark comes before what is pale', { ...across(60), opacity: 0.8 }, { ...across(100), opacity: 0.2 }],
  ])('%s', (_, first, second) => {
    expect(orderOf(drawing([second, first]), 2)).toEqual([[1], [0]]);
    expect(orderOf(drawing([first, second]), 2)).toEqual([[0], [1]]);
  });

  test('what stands alone, a contour, comes before what lies among others, tone', () => {
    const hatching = Array.from({ length: 12 }, (_, i) => across(60 + i));
    const order = orderOf(drawing([...hatching, across(140)]), 13);
    expect(order[0]).toEqual([12]);
  });

  test('are more for more strokes: five to eight', () => {
    // Six panels fill a sheet of A4 as well as seven to nine do where they are of this shape.
    const counts = [0, 1, 500, 501, 700, 800, 20_000];
    expect(counts.map((count) => stagesFor(count, { width: 4, height: 3 }))).toEqual([5, 5, 5, 7, 7, 8, 8]);
    // Two columns of three would leave the lower quarter bare.
    expect(stagesFor(300, { width: 16, height: 9 })).toBe(7);
  });

  test('are one at least', () => {
    expect(() => sequenceOf(drawing([]), 0)).toThrow(/^stages: expected a whole number from 1$/);
  });

  test('are empty where there are fewer strokes', () => {
    expect(orderOf(drawing([]), 3)).toEqual([[], [], []]);
    expect(orderOf(drawing([across(50)]), 3).flat()).toEqual([0]);
  });

  test('depend on the strokes alone: they are the same every time, and at every size', () => {
    const strokes = drawing(scribble(150));
    const order = sequenceOf(strokes, 6);
    expect(sequenceOf(strokes, 6)).toEqual(order);
    expect(orderOf(scaledStrokes(strokes, 4), 6)).toEqual(orderOf(strokes, 6));
  });
});

describe('within a stage', () => {
  test('the hand begins above on the left and goes on to the nearest stroke', () => {
    const places = [150, 30, 110, 70];
    expect(orderOf(drawing(places.map((y) => across(y))), 1)).toEqual([[1, 3, 2, 0]]);
  });

  test('it goes far less than in the order in which strokes were put', () => {
    const lines = scribble(300);
    const travelled = (way: readonly { stroke: number; isTurned: boolean }[]) => {
      let [far, at]: [number, readonly [number, number]] = [0, [0, 0]];
      for (const { stroke, isTurned } of way) {
        const { from, to } = lines[stroke]!;
        const [begin, end] = isTurned ? [to, from] : [from, to];
        far += Math.hypot(begin[0] - at[0], begin[1] - at[1]);
        at = end;
      }
      return far;
    };
    const given = lines.map((_, stroke) => ({ stroke, isTurned: false }));
    expect(travelled(sequenceOf(drawing(lines), 1).flat())).toBeLessThan(0.25 * travelled(given));
  });

  test('it pulls: from the left to the right, and down', () => {
    const lines: Line[] = [
      { from: [20, 20], to: [60, 20] },
      { from: [160, 60], to: [120, 60] },
      { from: [100, 180], to: [100, 120] },
    ];
    const way = sequenceOf(drawing(lines), 1).flat();
    expect(way.toSorted((a, b) => a.stroke - b.stroke).map(({ isTurned }) => isTurned)).toEqual([false, true, true]);
  });

  test('but goes on as it came where a stroke ends close by', () => {
    // Round a corner and back to the left.
    const lines: Line[] = [
      { from: [20, 20], to: [60, 20] },
      { from: [20, 40], to: [61, 22] },
    ];
    expect(sequenceOf(drawing(lines), 1)).toEqual([
      [
        { stroke: 0, isTurned: false },
        { stroke: 1, isTurned: true },
      ],
    ]);
  });
});
