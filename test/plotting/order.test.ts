import { describe, expect, test } from '@jest/globals';
import { joined } from '../../src/plotting/join.js';
import { type Line, linesOf, reversed } from '../../src/plotting/lines.js';
import { greedyOrder, shortOrder, travelOf } from '../../src/plotting/order.js';
import { placed } from '../../src/plotting/page.js';
import { drawnStrokes } from './drawn.js';

const home = [0, 0] as const;

/** Lines without their direction, in an order of their own. */
const sorted = (lines: readonly Line[]) =>
  lines.map((line) => [String(line), String(reversed(line))].sort().join('|')).sort();

test('the way of the pen: from home, between lines, and back', () => {
  const lines = [
    [3, 4, 5, 4, 10, 4],
    [10, 8, 10, 9, 10, 10],
  ];
  expect(travelOf(lines, home)).toBeCloseTo(5 + 4 + Math.hypot(10, 10), 9);
  expect(travelOf([], home)).toBe(0);
});

test('the nearest end is next, and its line may be drawn from its end', () => {
  const lines = [
    [9, 0, 8, 0, 6, 0],
    [1, 0, 2, 0, 5, 0],
  ];
  expect(greedyOrder(lines, home)).toEqual([lines[1], [6, 0, 8, 0, 9, 0]]);
});

describe.each([500, 2000])('of %d strokes', (count) => {
  const strokes = drawnStrokes(count);
  const placement = placed(strokes.size, { width: 297, height: 210 }, 10);
  const drawn = [...strokes.width.keys()].flatMap((stroke) => linesOf(strokes, stroke, placement));
  const lines = joined(drawn, 0.3);
  const short = shortOrder(lines, home);

  test('each line stays what it is', () => {
    expect(drawn.length).toBeGreaterThan(0.9 * count);
    expect(sorted(short).join()).toBe(sorted(lines).join());
  });

  test('the pen travels a third of what it would in the order of drawing, and less than in a greedy order', () => {
    const travel = travelOf(short, home);
    const [inOrder, greedy] = [travel / travelOf(drawn, home), travel / travelOf(greedyOrder(lines, home), home)];
    expect(inOrder).toBeLessThan(0.3);
    expect(greedy).toBeLessThan(0.9);
  });

  test('the same every time', () => {
    expect(String(shortOrder(lines, home))).toBe(String(short));
  });
});

test('few lines', () => {
  expect(shortOrder([], home)).toEqual([]);
  expect(shortOrder([[5, 5, 4, 4, 1, 1]], home)).toEqual([[1, 1, 4, 4, 5, 5]]);
});

test('lines in one place', () => {
  const dots = Array.from({ length: 50 }, () => [1, 1, 1, 1, 1, 1]);
  expect(shortOrder(dots, home)).toHaveLength(50);
});
