import { describe, expect, test } from '@jest/globals';
import { endReach, lengthened, lengthOf, outlineOf } from '../../../src/media/strokes/outline.js';
import type { Curve, Point } from '../../../src/media/strokes/path-data.js';

const straight: Curve = [
  [10, 10],
  [20, 10],
  [30, 10],
];
const bent: Curve = [
  [0, 0],
  [20, 8],
  [30, 30],
];

const onCurve = ([a, b, c]: Curve, t: number): Point =>
  [0, 1].map((axis) => (1 - t) ** 2 * a[axis]! + 2 * t * (1 - t) * b[axis]! + t * t * c[axis]!) as never;

/** The area that a path goes round clockwise on a screen. */
function areaOf(curves: readonly Curve[]): number {
  const places = curves.flatMap((curve) => Array.from({ length: 100 }, (_, i) => onCurve(curve, i / 100)));
  return places.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = places[(i + 1) % places.length]!;
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

describe('an outline', () => {
  test('closes', () => {
    const outline = outlineOf(bent, (along) => 2 + along);
    outline.forEach(([start], i) => {
      expect(start).toEqual(outline.at(i - 1)![2]);
    });
  });

  test('of a straight stroke of one width has the area of a rectangle and two half circles', () => {
    expect(areaOf(outlineOf(straight, () => 4))).toBeCloseTo(20 * 4 + Math.PI * 4, 2);
  });

  test('is half a width away from its curve, in between as well', () => {
    const widthAt = (along: number) => 2 + 12 * along * (1 - along);
    const [left, , right] = outlineOf(bent, widthAt);
    for (const along of [0, 0.25, 0.5, 0.75, 1]) {
      const middle = onCurve(bent, along);
      for (const side of [onCurve(left!, along), onCurve(right!, 1 - along)]) {
        const away = Math.hypot(side[0] - middle[0], side[1] - middle[1]);
        // A fifteenth of a pixel at a width of 5: less than a tenth of the edges' softness.
        expect(Math.abs(away - widthAt(along) / 2)).toBeLessThan(0.07);
      }
    }
  });

  test('reaches beyond the ends of its curve as far as is said', () => {
    const xs = outlineOf(straight, () => 4).flatMap((curve) =>
      Array.from({ length: 101 }, (_, i) => onCurve(curve, i / 100)[0]),
    );
    expect(Math.max(...xs)).toBeCloseTo(30 + endReach(4), 6);
    expect(Math.min(...xs)).toBeCloseTo(10 - endReach(4), 6);
  });

  test('of a point is a blot', () => {
    const blot = outlineOf([straight[0], straight[0], straight[0]], () => 4);
    expect(areaOf(blot)).toBeCloseTo(Math.PI * 4, 2);
  });
});

test('a length', () => {
  expect(lengthOf(straight)).toBeCloseTo(20, 10);
  // It turns by 44°.
  expect(lengthOf(bent) / lengthOf(bent, 10_000)).toBeGreaterThan(0.999);
});

test('a curve is lengthened at both ends', () => {
  expect(lengthened(straight, 2)).toEqual([
    [8, 10],
    [20, 10],
    [32, 10],
  ]);
});
