import { expect, test } from '@jest/globals';
import { chunksOf, drawnFor } from '../../src/film/plan.js';

test('chunks have all frames once, and each begins with the first frame and two before its own', () => {
  expect(chunksOf(10, 4)).toEqual([
    { first: 0, count: 4, before: [] },
    { first: 4, count: 4, before: [0, 2, 3] },
    { first: 8, count: 2, before: [0, 6, 7] },
  ]);
  expect(chunksOf(10, 4).map(drawnFor)).toEqual([4, 7, 5]);
  // None twice.
  expect(chunksOf(3, 1).map(({ before }) => before)).toEqual([[], [0], [0, 1]]);
  expect(chunksOf(5, 5)).toHaveLength(1);
});
