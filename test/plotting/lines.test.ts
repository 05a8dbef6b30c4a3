import { describe, expect, test } from '@jest/globals';
import { pointAt } from '../../src/media/strokes/bezier.js';
import type { Strokes } from '../../src/media/strokes/strokes.js';
import { type Line, lengthOfLine, linesOf, reversed } from '../../src/plotting/lines.js';
import { uniforms } from '../support/random.js';

/** A drawing of 100 × 50 pixels that is twice as large on the page, 10 mm from its corner: from (10, 10) to (210, 110). */
const placement = { page: { width: 220, height: 120 }, scale: 2, left: 10, top: 10 };
const cut = (...points: number[]): Line[] =>
  linesOf({ size: { width: 100, height: 50 }, points: Float32Array.from(points) } as unknown as Strokes, 0, placement);

describe('a stroke on the page', () => {
  test('is scaled and moved', () => {
    expect(cut(0, 0, 50, 10, 100, 50)).toEqual([[10, 10, 110, 30, 210, 110]]);
  });

  test('is cut off at the sides of the drawing', () => {
    const [line, ...others] = cut(50, 25, 100, 25, 150, 25);
    expect(others).toEqual([]);
    expect(line).toEqual([110, 60, 160, 60, 210, 60].map((value) => expect.closeTo(value, 9)));
    expect(cut(120, 10, 130, 20, 140, 30)).toEqual([]);
  });

  test('that goes out and comes in again is two lines', () => {
    // At its top it is 25 − 2 · ½ · ½ · 75 = −12.5.
    const lines = cut(20, 25, 50, -50, 80, 25);
    expect(lines).toHaveLength(2);
    expect([lines[0]!.at(-1), lines[1]![1]]).toEqual([expect.closeTo(10, 9), expect.closeTo(10, 9)]);
  });

  test('that is inside, but for its control point, stays one, with all its points inside', () => {
    const lines = cut(20, 25, 50, -20, 80, 25);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.length).toBe(10);
    expect(Math.min(...lines[0]!.filter((_, i) => i % 2 === 1))).toBeGreaterThanOrEqual(10);
    expect(lengthOfLine(lines[0]!)).toBeCloseTo(lengthOfLine([50, 60, 110, -30, 170, 60]), 1);
  });

  test('whichever it is, lies inside with all its points, and is the same curve', () => {
    for (let i = 0; i < 300; i++) {
      const points = uniforms([6], -60, 120);
      const whole = points.map((value) => Math.fround(value) * 2 + 10);
      for (const line of cut(...points)) {
        line.forEach((value, at) => {
          expect(value).toBeGreaterThanOrEqual(10);
          expect(value).toBeLessThanOrEqual(at % 2 === 0 ? 210 : 110);
        });
        for (let first = 0; first + 6 <= line.length; first += 4) {
          const [x, y] = pointAt(line.slice(first, first + 6), 0.5);
          const near = Array.from({ length: 2001 }, (_, t) => pointAt(whole, t / 2000)).map((place) =>
            Math.hypot(place[0] - x, place[1] - y),
          );
          // Half of a step along the longest curve.
          expect(Math.min(...near)).toBeLessThan(0.3);
        }
      }
    }
  });
});

test('a line from its end', () => {
  expect(reversed([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([9, 10, 7, 8, 5, 6, 3, 4, 1, 2]);
});

test('lengths', () => {
  expect(lengthOfLine([0, 0, 3, 4, 6, 8])).toBeCloseTo(10, 9);
  // A parabola: ½ √2 + ½ asinh 1 times its parameter's length, twice.
  const parabola = 2 * (Math.SQRT1_2 + Math.asinh(1) / 2);
  expect(lengthOfLine([-1, 0.5, 0, -0.5, 1, 0.5])).toBeCloseTo(parabola, 2);
});
