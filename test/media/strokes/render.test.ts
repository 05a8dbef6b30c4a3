/** Pictures of strokes at any size. */
import { describe, expect, test } from '@jest/globals';
import { renderBands, renderStrokes } from '../../../src/media/strokes/render.js';
import { someStrokes } from '../../support/strokes.js';

const strokes = someStrokes(10, { width: 40, height: 60 });

describe('a picture of strokes', () => {
  test('has the size of the drawing, or any other of its shape', () => {
    expect(renderStrokes(strokes)).toMatchObject({ width: 40, height: 60 });
    const twice = renderStrokes(strokes, { width: 80, height: 120 });
    expect(twice.rgb).toHaveLength(3 * 80 * 120);
  });

  test('comes in bands of rows, from the top, that are the picture', () => {
    const size = { width: 200, height: 300 };
    const bands = [...renderBands(strokes, size)];
    expect(bands.map(({ width, height }) => [width, height])).toEqual([
      [200, 128],
      [200, 128],
      [200, 44],
    ]);
    expect(Buffer.concat(bands.map(({ rgb }) => rgb))).toEqual(Buffer.from(renderStrokes(strokes, size).rgb));
  });

  test('has no seams between bands', () => {
    // A stroke all the way down: along its middle it changes as little from row to row at a seam as beside it.
    const down = {
      ...someStrokes(1, { width: 40, height: 60 }),
      points: Float32Array.of(20, -30, 20, 30, 20, 90),
      width: Float32Array.of(10),
    };
    const { rgb } = renderStrokes(down, { width: 200, height: 300 });
    const column = Array.from({ length: 300 }, (_, y) => rgb[3 * (200 * y + 100)]!);
    for (const y of [128, 256]) expect(Math.abs(column[y]! - column[y - 1]!)).toBeLessThanOrEqual(1);
  });
});
