import { describe, expect, test } from '@jest/globals';
import { joinEnds } from '../../../src/media/strokes/join.js';
import type { Drawn } from '../../../src/media/strokes/parameters.js';

type Points = readonly [ax: number, ay: number, bx: number, by: number, cx: number, cy: number];

const straight = (ax: number, ay: number, cx: number, cy: number): Points => [
  ax,
  ay,
  (ax + cx) / 2,
  (ay + cy) / 2,
  cx,
  cy,
];
const drawn = (...points: Points[]): Drawn => ({
  points: Float32Array.from(points.flat()),
  width: Float32Array.from(points, () => 2),
  opacity: Float32Array.from(points, (_, i) => 0.2 + 0.2 * i),
  colour: new Float32Array(3 * points.length).fill(0.5),
});
const joinAll = (strokes: Drawn, scale = 1) => joinEnds(strokes, [...strokes.width.keys()], scale);
const curve = ({ points }: Drawn, stroke: number) => [...points.subarray(6 * stroke, 6 * stroke + 6)].map(Math.round);

describe('two strokes become one', () => {
  test('where one ends and the other goes on', () => {
    const strokes = drawn(straight(10, 10, 30, 10), straight(32, 10, 72, 11));
    expect(joinAll(strokes)).toEqual([1]);
    expect(curve(strokes, 0)).toEqual([10, 10, 41, 10, 72, 11]);
    // A third of it is the first.
    expect(strokes.opacity[0]).toBeCloseTo((20 * 0.2 + 40 * 0.4) / 60, 3);
  });

  test('whichever way round each was drawn', () => {
    const strokes = drawn(straight(30, 10, 10, 10), straight(72, 11, 32, 10));
    expect(joinAll(strokes)).toEqual([1]);
    expect(curve(strokes, 0)).toEqual([10, 10, 41, 10, 72, 11]);
  });

  test('and are a curve that is near to both', () => {
    const at = (degrees: number): [number, number] => {
      const angle = (degrees * Math.PI) / 180;
      return [50 * Math.cos(angle), 50 * Math.sin(angle)];
    };
    const arc = (from: number, to: number): Points => {
      const [[ax, ay], [mx, my], [cx, cy]] = [at(from), at((from + to) / 2), at(to)];
      return [ax, ay, 2 * mx - (ax + cx) / 2, 2 * my - (ay + cy) / 2, cx, cy];
    };
    const strokes = drawn(arc(0, 28), arc(29, 55));
    expect(joinAll(strokes)).toEqual([1]);
    const [ax, ay, bx, by, cx, cy] = strokes.points;
    const middle = [(ax! + 2 * bx! + cx!) / 4, (ay! + 2 * by! + cy!) / 4];
    expect(Math.hypot(middle[0]!, middle[1]!)).toBeCloseTo(50, 0);
  });

  test('two by two: the nearest of three', () => {
    const strokes = drawn(straight(10, 10, 30, 10), straight(31, 13, 60, 13), straight(31, 10, 60, 10));
    expect(joinAll(strokes)).toEqual([2]);
  });
});

describe('two strokes stay two', () => {
  test.each<[string, Points, Points]>([
    ['their ends are far apart', straight(10, 10, 30, 10), straight(36, 10, 60, 10)],
    ['they meet at a corner', straight(10, 10, 30, 10), straight(30, 10, 30, 40)],
    ['one leads back over the other', straight(10, 10, 40, 10), straight(39, 10, 12, 11)],
    ['together they would be longer than a hand draws', straight(0, 10, 70, 10), straight(71, 10, 140, 10)],
  ])('where %s', (_, one, other) => {
    expect(joinAll(drawn(one, other))).toEqual([]);
  });

  test('where their colours or widths are not the same', () => {
    const two = () => drawn(straight(10, 10, 30, 10), straight(32, 10, 72, 11));
    const [coloured, wide] = [two(), two()];
    coloured.colour![3] = 0.9;
    wide.width[1] = 4;
    expect([joinAll(coloured), joinAll(wide)]).toEqual([[], []]);
  });
});

test('lengths are in pixels of 256, whatever the size', () => {
  expect(joinAll(drawn(straight(10, 10, 30, 10), straight(36, 10, 60, 10)), 2)).toEqual([1]);
});
