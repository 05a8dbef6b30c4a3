import { expect, test } from '@jest/globals';
import { type Curve, pathData, shortNumber } from '../../../src/media/strokes/path-data.js';

test('numbers are as short as SVG allows', () => {
  expect([0.5, -0.25, 12.3456, -0.001, 3, 100].map((value) => shortNumber(value, 2))).toEqual([
    ...['.5', '-.25', '12.35', '0', '3', '100'],
  ]);
});

test('a path is relative, and a minus is enough between two numbers', () => {
  const curves: Curve[] = [
    [
      [10, 20.25],
      [12, 18],
      [14, 20],
    ],
    [
      [14, 20],
      [14.5, 20],
      [14.5, 21],
    ],
  ];
  expect(pathData(curves, 1)).toBe('M10 20.3q2-2.3 4-.3 .5 0 .5 1');
});

test('roundings do not add up', () => {
  // Each step is a third, which is rounded to .3: after 300 of them that would be 10 off.
  const curves = Array.from(
    { length: 300 },
    (_, i): Curve => [0, 1 / 6, 1 / 3].map((by) => [i / 3 + by, 0] as const) as never,
  );
  const steps = pathData(curves, 1).split('q')[1]!.split(' ').map(Number);
  expect(steps.filter((_, i) => i % 4 === 2).reduce((sum, step) => sum + step, 0)).toBeCloseTo(100, 6);
});
