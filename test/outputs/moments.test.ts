import { expect, test } from '@jest/globals';
import { plain } from '../../src/image/paste.js';
import { Moments } from '../../src/outputs/moments.js';

/** The iterations that are chosen of a drawing whose frames have these levels. */
function chosenOf(levels: readonly number[], wanted: number): number[] {
  const moments = new Moments(wanted);
  for (const level of levels) moments.add(plain(2, 1, [level, level, level]));
  for (const { index, picture } of moments.chosen) expect(picture.rgb[0]).toBe(levels[index]);
  return moments.chosen.map(({ index }) => index);
}

test('moments are as far apart in what changes, and the last one is the last frame', () => {
  // All of the change lies in the first ten of a hundred frames.
  const levels = Array.from({ length: 101 }, (_, i) => Math.max(100, 200 - 10 * i));
  expect(chosenOf(levels, 5)).toEqual([2, 4, 6, 8, 100]);
  expect(
    chosenOf(
      Array.from({ length: 101 }, (_, i) => i),
      4,
    ),
  ).toEqual([25, 50, 75, 100].map((at) => expect.closeTo(at, -1)));
});

test('where there are few frames all but the first are shown, and that only where it is alone', () => {
  expect(chosenOf([255, 200, 100], 12)).toEqual([1, 2]);
  expect(chosenOf([255], 12)).toEqual([0]);
  expect(chosenOf([], 12)).toEqual([]);
});

test('where nothing changes there are as many all the same, each once, in their order', () => {
  const chosen = chosenOf(Array(40).fill(7), 6);
  expect(new Set(chosen).size).toBe(6);
  expect(chosen).toEqual(chosen.toSorted((a, b) => a - b));
});

test('of a long drawing few frames are held, and those are spread over it', () => {
  const moments = new Moments(3);
  for (let i = 0; i < 500; i++) {
    moments.add(plain(1, 1, [i % 2, 0, 0]));
    expect(moments.held).toBeLessThanOrEqual(13);
  }
  expect(moments.chosen.map(({ index }) => index)).toEqual([166, 333, 499].map((at) => expect.closeTo(at, -2)));
});
