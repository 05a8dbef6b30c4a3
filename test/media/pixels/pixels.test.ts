import { expect, test } from '@jest/globals';
import { blankCanvas, canvasBounds } from '../../src/drawing/canvas.js';
import { applyTone } from '../../../src/colour/tones.js';

test.each([
  ['white', 255],
  ['black', 0],
] as const)('%s paper is that in the photo', (start, level) => {
  const canvas = blankCanvas({ start, lower: 'black', upper: 'white' }, 2, 3);
  expect(applyTone(canvas, 'photo')).toEqual(new Uint8Array(18).fill(level));
});

test("bounds are numbers, or the ends of the photo's range", () => {
  expect(canvasBounds({ lower: 0, upper: 1 })).toEqual({
    lower: Float32Array.of(0, 0, 0),
    upper: Float32Array.of(1, 1, 1),
  });
  expect(canvasBounds({ lower: 'black', upper: 'white' })).toEqual({
    lower: Float32Array.of(-103.939, -116.779, -123.68),
    upper: Float32Array.of(255 - 103.939, 255 - 116.779, 255 - 123.68),
  });
});
