import { expect, test } from '@jest/globals';
import { outlineWidth, rim } from '../../../src/media/strokes/hard-edges.js';
import { transmit } from '../../../src/media/strokes/raster.js';
import { finalSoftness } from '../../../src/media/strokes/rounds.js';

const [length, height] = [400, 48];

/** How far a stroke goes until it has gone down by a pixel, so that it has been at every place between two rows. */
const cycle = 40;

/** How many pixels of a column a raster covers of a straight stroke, in the mean of each cycle of columns. */
function inkOf(width: number): number[] {
  const through = new Float32Array(length * height);
  const at = (x: number) => [x, 20 + x / cycle];
  const marks = {
    points: Float32Array.from([0, length / 2, length].flatMap(at)),
    width: Float32Array.of(width),
    opacity: Float32Array.of(1),
    amount: Float32Array.of(1),
  };
  transmit(marks, { width: length, height, channels: 1, softness: finalSoftness }, through);
  const ink = new Array<number>(length / cycle).fill(0);
  through.forEach((share, i) => {
    ink[Math.floor((i % length) / cycle)]! += (1 - share) / cycle;
  });
  return ink;
}

// What the raster's tapers and cycles of pixels leave.
const tolerance = 0.01;

test.each([0, 0.5, 1.2, 3, 8])('an outline and its rim have the ink of a stroke of %f pixels', (width) => {
  const widthAt = outlineWidth(width);
  // But for the ends, which are round.
  inkOf(width)
    .slice(1, -1)
    .forEach((ink, i) => {
      const inside = widthAt(((i + 1.5) * cycle) / length);
      expect(inside).toBeGreaterThan(0);
      expect(Math.abs((inside + rim.width * rim.opacity) / ink - 1)).toBeLessThan(tolerance);
    });
});
