import { describe, expect, test } from '@jest/globals';
import { spansOf } from '../../../src/drawing/recipe/scales.js';

const whole = { width: 64, height: 48 };

/** Phase, first iteration, how many, and their scale. */
const spans = (iterations: number[], scales: number[], leastSide = 1) =>
  spansOf(iterations, scales, whole, leastSide).map(({ position, first, count, scale }) => [
    position,
    first,
    count,
    scale,
  ]);

describe('iterations are shared out among the scales', () => {
  test('at one scale each phase is a span', () => {
    expect(spans([20, 10], [1])).toEqual([
      [0, 0, 20, 1],
      [1, 0, 10, 1],
    ]);
  });

  test('evenly, whichever phase they are of', () => {
    expect(spans([20, 10], [0.25, 0.5, 1])).toEqual([
      [0, 0, 10, 0.25],
      [0, 10, 10, 0.5],
      [1, 0, 10, 1],
    ]);
    expect(spans([4, 2], [0.5, 1])).toEqual([
      [0, 0, 3, 0.5],
      [0, 3, 1, 1],
      [1, 0, 2, 1],
    ]);
    expect(spans([1, 1, 4], [0.5, 1])).toEqual([
      [0, 0, 1, 0.5],
      [1, 0, 1, 0.5],
      [2, 0, 1, 0.5],
      [2, 1, 3, 1],
    ]);
  });

  test('iteration i of n at scales[⌊i·k/n⌋], for any numbers of them', () => {
    for (let k = 1; k <= 8; k++) {
      const scales = Array.from({ length: k }, (_, i) => (i + 1) / k);
      for (let n = k; n <= 40; n++) {
        const drawn = spansOf(
          [5, n - 5].filter((count) => count > 0 && n > 5).concat(n > 5 ? [] : [n]),
          scales,
          whole,
          1,
        );
        const each = drawn.flatMap(({ count, scale }) => Array<number>(count).fill(scale));
        expect(each).toEqual(Array.from({ length: n }, (_, i) => scales[Math.floor((i * k) / n)]));
      }
    }
  });

  test('where a side would be too short, at the next scale at which it is not', () => {
    expect(spans([9], [0.125, 0.25, 1], 12)).toEqual([
      [0, 0, 6, 0.25],
      [0, 6, 3, 1],
    ]);
    expect(spans([9], [0.125, 0.25, 1], 13)).toEqual([[0, 0, 9, 1]]);
    // That the whole is large enough is checked elsewhere.
    expect(spans([9], [0.5, 1], 100)).toEqual([[0, 0, 9, 1]]);
  });
});
