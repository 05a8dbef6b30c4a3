import { describe, expect, test } from '@jest/globals';
import { Flicker } from '../../src/film/flicker.js';

const of = (...levels: number[]) => ({ width: levels.length / 3, height: 1, rgb: Uint8Array.from(levels) });

describe('flicker', () => {
  test('is the mean change of the drawing where no value of the film changes by more than 3 levels', () => {
    const flicker = new Flicker();
    flicker.add(of(10, 10, 10, 50, 50, 50), of(100, 100, 100, 100, 100, 100));
    expect(flicker.levels).toBeUndefined();
    flicker.add(of(13, 10, 7, 50, 54, 50), of(101, 98, 100, 0, 0, 0));
    expect(flicker.levels).toBe(1);
    flicker.add(of(13, 10, 7, 50, 54, 50), of(101, 98, 100, 6, 0, 0));
    expect(flicker.levels).toBe((3 + 6) / 9);
  });

  test('goes on from sums that were kept', () => {
    const flicker = new Flicker({ changes: 6, values: 3 });
    expect(flicker.levels).toBe(2);
    flicker.add(of(1, 1, 1), of(1, 1, 1));
    flicker.add(of(1, 1, 1), of(1, 1, 1));
    expect(flicker.sums).toEqual({ changes: 6, values: 6 });
  });
});
