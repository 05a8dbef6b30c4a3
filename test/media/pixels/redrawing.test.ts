import { expect, test } from '@jest/globals';
import { pixelRedrawing } from '../../../src/media/pixels/redrawing.js';

const size = { width: 3, height: 1 };
const there = Float32Array.of(0, 0.25, 1);

test('pixels are erased to their paper, and settle between what was and what is', () => {
  const grey = pixelRedrawing({ colours: 'grey', paper: 'white', lower: 'black', upper: 'white' });
  const before = { pixels: Float32Array.of(100, 100, 100) };
  const erased = grey.erased(before, there, size).pixels!;
  [100, 138.75, 255].forEach((level, i) => {
    expect(erased[i]).toBeCloseTo(level, 3);
  });
  const after = { pixels: Float32Array.of(0, 0, 0) };
  expect([...grey.settled(before, after, there, size).pixels!]).toEqual([100, 75, 0]);
});

test('each channel has its own paper', () => {
  const colours = pixelRedrawing({ paper: '#ff0000', lower: 'black', upper: 'white' });
  const before = { pixels: new Float32Array(9) };
  const erased = colours.erased(before, there, size).pixels!;
  // Blue, green, red, less their means.
  [0 - 103.939, 0 - 116.779, 255 - 123.68].forEach((paper, channel) => {
    expect(erased[3 * channel]).toBe(0);
    expect(erased[3 * channel + 2]).toBeCloseTo(paper, 2);
  });
});
