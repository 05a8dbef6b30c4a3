import { expect, test } from '@jest/globals';
import { heat, ink } from '../../src/colour/scales.js';

test('heat goes from black over red and yellow to white, and the least part of it is seen', () => {
  expect([0, 0.001, 1 / 3, 2 / 3, 1].map(heat)).toEqual([
    [0, 0, 0],
    [64, 0, 0],
    [255, 0, 0],
    [255, 255, 0],
    [255, 255, 255],
  ]);
});

test('ink goes from white paper to full, and below 0 to full red', () => {
  expect([-1, 0, 0.5, 1].map(ink)).toEqual([
    [176, 32, 24],
    [255, 255, 255],
    [136, 140, 152],
    [16, 24, 48],
  ]);
});
