/** How fast a farm is said to be. */
import { expect, test } from '@jest/globals';
import { rateOf } from '../../src/farm/status.js';

/** Drawings that are done after so many seconds. */
const after = (...seconds: readonly number[]) => seconds.map((second) => 1_700_000_000_000 + 1000 * second);

test.each([
  ['one after the other', after(0, 20, 40, 60), 1, 3],
  ['in whatever order they are told', after(40, 0, 60, 20), 1, 3],
  ['by two at a time, which are done together', after(20, 20.1, 40, 40.1, 60, 60.1), 2, 6],
  ['by none any more', after(0, 30), 0, 2],
  ['after a night when nothing was done', after(-50_000, 0, 20, 40), 1, 3],
])('%s', (_, times, atATime, perMinute) => {
  expect(rateOf(times, atATime)).toBeCloseTo(perMinute, 0);
});

test.each([
  ['none', [], 2],
  ['one', after(20), 0],
  // They say how long one takes, and not how many are done meanwhile.
  ['two of two that were begun together', after(20, 20.1), 2],
])('%s are too few to say', (_, times, atATime) => {
  expect(rateOf(times, atATime)).toBeUndefined();
});

test('farms with more workers than drawings are looked at have a rate, too', () => {
  const times = after(...Array.from({ length: 200 }, (_, i) => i / 10));
  expect(rateOf(times, 3000)).toBeCloseTo(600, -1);
});
