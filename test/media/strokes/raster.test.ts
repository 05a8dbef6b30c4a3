/** Strokes as pixels: by a plain reading of the formulas, and the gradient by central differences, both in float64. */
import { describe, expect, test } from '@jest/globals';
import { cutOff, reachOf, sharpnessOf } from '../../../src/media/strokes/curve.js';
import { type Marks, type Sheet, transmit, transmitBack } from '../../../src/media/strokes/raster.js';
import { uniforms } from '../../support/random.js';
import { inFloat64, markNames, someMarks, zerosLike } from '../../support/strokes.js';

const sheet: Sheet = { width: 23, height: 17, channels: 3, softness: 0.9 };

const drawn = (marks: Marks, on: Sheet = sheet): Float64Array => {
  const through = new Float64Array(on.channels * on.height * on.width);
  transmit(marks, on, through);
  return through;
};

/** The formulas as they are written, pixel by pixel. */
function plainly({ points, width, opacity, amount }: Marks, on: Sheet): Float64Array {
  const through = new Float64Array(on.channels * on.height * on.width).fill(1);
  for (let stroke = 0; stroke < width.length; stroke++) {
    const point = (t: number, axis: number) =>
      [(1 - t) ** 2, 2 * t * (1 - t), t ** 2].reduce(
        (sum, weight, i) => sum + weight * points[6 * stroke + 2 * i + axis]!,
        0,
      );
    for (let row = 0; row < on.height; row++) {
      for (let column = 0; column < on.width; column++) {
        let [best, along] = [Number.POSITIVE_INFINITY, 0];
        for (let piece = 0; piece < 8; piece++) {
          const [a, b] = [piece / 8, (piece + 1) / 8];
          const start = [point(a, 0), point(a, 1)] as const;
          const way = [point(b, 0) - start[0], point(b, 1) - start[1]] as const;
          const to = [column + 0.5 - start[0], row + 0.5 - start[1]] as const;
          const u = Math.min(1, Math.max(0, (to[0] * way[0] + to[1] * way[1]) / (way[0] ** 2 + way[1] ** 2 + 1e-9)));
          const squared = (to[0] - u * way[0]) ** 2 + (to[1] - u * way[1]) ** 2;
          if (squared < best) [best, along] = [squared, (piece + u) / 8];
        }
        const taper = on.isEven ? 1 : 0.35 + 0.65 * (1 - (2 * along - 1) ** 2);
        const inside = (width[stroke]! / 2) * taper - Math.sqrt(best + 1e-6);
        const sigma = 1 / (1 + Math.exp(-sharpnessOf(on.softness) * inside));
        const coverage = Math.max(0, (sigma - cutOff) / (1 - cutOff));
        for (let c = 0; c < on.channels; c++) {
          const at = (c * on.height + row) * on.width + column;
          through[at]! *= 1 - opacity[stroke]! * coverage * amount[on.channels * stroke + c]!;
        }
      }
    }
  }
  return through;
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

describe('strokes as pixels', () => {
  test.each([[{ channels: 1 }], [{ channels: 3 }], [{ channels: 3, isEven: true }]])(
    'are what the formulas say, with %j',
    (other) => {
      const on = { ...sheet, ...other };
      const marks = inFloat64(someMarks(12, on));
      expect(worst(drawn(marks, on), plainly(marks, on))).toBeLessThan(1e-12);
    },
  );

  test('do not depend on their order', () => {
    const marks = inFloat64(someMarks(6, sheet));
    const turned = (values: Float64Array, each: number) =>
      Float64Array.from(
        Array.from({ length: 6 }, (_, i) => [...values.subarray((5 - i) * each, (6 - i) * each)]).flat(),
      );
    const reversed = {
      points: turned(marks.points, 6),
      width: turned(marks.width, 1),
      opacity: turned(marks.opacity, 1),
      amount: turned(marks.amount, 3),
    };
    expect(worst(drawn(marks), drawn(reversed))).toBeLessThan(1e-15);
  });

  test('that cross themselves are taken once', () => {
    const there = Float64Array.of(3, 8, 11, 8, 19, 8);
    const back = Float64Array.of(3, 8, 35, 8, 3, 8.001);
    const mark = { width: Float64Array.of(4), opacity: Float64Array.of(0.5), amount: Float64Array.of(1, 1, 1) };
    for (const points of [there, back]) {
      expect(Math.min(...drawn({ points, ...mark }))).toBeGreaterThanOrEqual(0.5);
    }
  });

  test('end at their reach', () => {
    const points = Float64Array.of(2, 8, 11, 8, 20, 8);
    const mark = { width: Float64Array.of(2), opacity: Float64Array.of(1), amount: Float64Array.of(1, 1, 1) };
    const through = drawn({ points, ...mark });
    for (let row = 0; row < sheet.height; row++) {
      const isReached = Math.abs(row + 0.5 - 8) < 1 + reachOf(sheet.softness);
      expect([row, through[row * sheet.width + 11]! < 1]).toEqual([row, isReached]);
    }
  });

  test('that are points, or nowhere near, or no numbers, are no trouble', () => {
    const points = Float64Array.of(5, 5, 5, 5, 5, 5, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9, ...Array(6).fill(Number.NaN));
    const three = (value: number) => new Float64Array(3).fill(value);
    const marks = { points, width: three(2), opacity: three(0.5), amount: new Float64Array(9).fill(1) };
    const through = drawn(marks);
    expect([...through].every((value) => value >= 0.5 && value <= 1)).toBe(true);
    // The middle of its pixel, and the nearest ones: the point is drawn.
    expect(through[5 * sheet.width + 5]!).toBeLessThan(0.9);
  });
});

describe('the gradient', () => {
  const gradientOf = (marks: Marks, weights: Float64Array, on = sheet): Marks<Float64Array> => {
    const gradients = zerosLike(marks);
    transmitBack(marks, on, drawn(marks, on), weights, gradients);
    return gradients;
  };

  test.each([
    ...markNames.map((name) => ({ name, isEven: false })),
    ...markNames.map((name) => ({ name, isEven: true })),
  ])('by $name is that of central differences (even: $isEven)', ({ name, isEven }) => {
    const on = { ...sheet, isEven };

    const marks = inFloat64(someMarks(9, sheet));
    const weights = Float64Array.from(uniforms([sheet.channels * sheet.height * sheet.width]));
    const lossOf = () => drawn(marks, on).reduce((sum, value, i) => sum + value * weights[i]!, 0);
    const gradient = gradientOf(marks, weights, on)[name];
    const values = marks[name];
    const step = 1e-6;
    let compared = 0;
    values.forEach((value, i) => {
      values[i] = value + step;
      const after = lossOf();
      values[i] = value - step;
      const before = lossOf();
      values[i] = value;
      const expected = (after - before) / (2 * step);
      // Rounding of the losses (1e-14) over the step; where a pixel is as near to one piece as to another, there is a kink.
      if (Math.abs(gradient[i]! - expected) < 1e-6 * Math.max(1, Math.abs(expected))) compared++;
    });
    expect(compared).toBe(values.length);
  });
});
