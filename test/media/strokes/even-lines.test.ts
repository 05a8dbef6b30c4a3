import { expect, test } from '@jest/globals';
import { evenLines } from '../../../src/media/strokes/even-lines.js';
import { marksOf } from '../../../src/media/strokes/parameters.js';
import { transmit } from '../../../src/media/strokes/raster.js';
import { finalSoftness } from '../../../src/media/strokes/rounds.js';
import type { Strokes } from '../../../src/media/strokes/strokes.js';
import { atOnce } from '../../../src/pauses.js';
import { psnr } from '../../support/psnr.js';

const size = { width: 64, height: 48 };

/** What strokes let through. */
function seen(strokes: Strokes, softness: number, isEven: boolean): Float32Array {
  const through = new Float32Array(3 * size.width * size.height);
  transmit(marksOf(strokes, strokes.kind, 3), { ...size, channels: 3, softness, isEven }, through);
  return through;
}

// A wide stroke, one across it, and a hair that has no neighbours.
const strokes: Strokes = {
  size,
  paper: [255, 255, 255],
  kind: 'ink',
  points: Float32Array.of(8, 12, 28, 4, 48, 12, 20, 2, 24, 12, 22, 26, 10, 40, 30, 38, 54, 40),
  width: Float32Array.of(8, 5, 0.4),
  opacity: Float32Array.of(0.8, 0.95, 0.5),
  colour: Float32Array.of(0.1, 0.2, 0.6, 0.7, 0.1, 0.1, 0, 0, 0),
};

// A share of a pixel, as a program fills it, see even-lines.ts.
const filled = 0.35;

test('lines of one width come nearer to the picture than mean widths do', () => {
  const goal = seen(strokes, finalSoftness, false);
  const mean = { ...strokes, width: strokes.width.map((width) => width * (0.35 + (0.65 * 2) / 3)) };
  const lines = atOnce(evenLines(strokes));
  const [before, after] = [mean, lines].map((drawn) => psnr(seen(drawn, filled, true), goal, 1));
  // Of three strokes; those of a drawing help each other, for 5 to 7 dB.
  expect(after! - before!).toBeGreaterThan(2);
});

test('they stay where their strokes are, in their order and colours', () => {
  const lines = atOnce(evenLines(strokes));
  expect(lines).toMatchObject({ size, kind: 'ink', paper: strokes.paper });
  expect(lines.colour).toEqual(strokes.colour);
  lines.points.forEach((place, i) => {
    // 30 steps of .05 pixels, at most: a picture of 64 pixels has a quarter of the .2 of 256.
    expect(Math.abs(place - strokes.points[i]!)).toBeLessThan(1.5);
  });
  // A hair is as wide as the soft edges make it, and paler.
  expect(lines.width[2]).toBeGreaterThan(0.4);
  expect([...lines.opacity].every((opacity) => opacity > 0 && opacity < 1)).toBe(true);
});

test('finding them has pauses, so that a program may be stopped meanwhile', () => {
  expect([...evenLines(strokes)]).toHaveLength(60);
});

test('they are the same every time', () => {
  expect(atOnce(evenLines(strokes))).toEqual(atOnce(evenLines(strokes)));
});
