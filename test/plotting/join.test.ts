import { expect, test } from '@jest/globals';
import { joined } from '../../src/plotting/join.js';

const flat = (x: number, y: number, length: number) => [x, y, x + length / 2, y, x + length, y];

test('lines that meet are one, through the middle between their ends', () => {
  expect(joined([flat(0, 0, 10), flat(10.2, 0.2, 10)], 0.3)).toEqual([[0, 0, 5, 0, 10.1, 0.1, 15.2, 0.2, 20.2, 0.2]]);
});

test('whichever way they were drawn', () => {
  const backwards = [20, 0, 15, 0, 10, 0];
  expect(joined([flat(0, 0, 10), backwards], 0.3)).toEqual([[0, 0, 5, 0, 10, 0, 15, 0, 20, 0]]);
  expect(joined([[10, 0, 5, 0, 0, 0], backwards], 0.3)).toHaveLength(1);
});

test('ends that are farther apart than the gap stay apart', () => {
  expect(joined([flat(0, 0, 10), flat(10.4, 0, 10)], 0.3)).toHaveLength(2);
  // In the square that is searched, and not in the circle.
  expect(joined([flat(0, 0, 10), flat(10.25, 0.25, 10)], 0.3)).toHaveLength(2);
});

test('a turn of less than a right angle is one, and of more is none', () => {
  expect(joined([flat(0, 0, 10), [10, 0, 11, 4, 12, 8]], 0.3)).toHaveLength(1);
  expect(joined([flat(0, 0, 10), [10, 0, 9, 4, 8, 8]], 0.3)).toHaveLength(2);
});

test('the nearest go first, and each end once', () => {
  const lines = joined([flat(0, 0, 10), flat(10.2, 0, 10), flat(10.1, 0, 5)], 0.3);
  expect(lines.map((line) => line.at(-2)).sort()).toEqual([15.1, 20.2]);
});

test('a line is not joined with its own beginning, however long it has become', () => {
  const ring = [
    [0, 0, 5, -2, 10, 0],
    [10, 0, 12, 5, 10, 10],
    [10, 10, 5, 12, 0, 10],
    [0, 10, -2, 5, 0, 0],
  ];
  const [line, ...others] = joined(ring, 0.3);
  expect(others).toEqual([]);
  expect(line).toHaveLength(18);
});

test('none of none', () => {
  expect(joined([], 0.3)).toEqual([]);
});
