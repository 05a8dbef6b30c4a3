import { describe, expect, test } from '@jest/globals';
import { resample } from '../../src/image/resample.js';
import { uniforms } from '../support/random.js';

const field = ({ height, width }: { height: number; width: number }, value: (x: number, y: number) => number) =>
  Float32Array.from({ length: height * width }, (_, i) => value(i % width, Math.floor(i / width)));

describe('resample', () => {
  test('larger: between the two nearest, from the centres of pixels, and the last one past the outermost centre', () => {
    const line = resample(Float32Array.of(0, 8, 16), { height: 1, width: 3 }, { height: 1, width: 6 });
    expect([...line]).toEqual([0, 2, 6, 10, 14, 16]);
    const column = resample(Float32Array.of(0, 8), { height: 2, width: 1 }, { height: 4, width: 1 });
    expect([...column]).toEqual([0, 2, 6, 8]);
  });

  test('smaller: a mean that reaches to the next pixels of the smaller grid', () => {
    const line = resample(Float32Array.of(0, 0, 0, 8, 0, 0, 0, 0), { height: 1, width: 8 }, { height: 1, width: 4 });
    // Weights 1/8, 3/8, 3/8, 1/8.
    expect([...line]).toEqual([0, 3, 1, 0]);
  });

  test.each([
    [
      { height: 37, width: 53 },
      { height: 74, width: 106 },
    ],
    [
      { height: 9, width: 13 },
      { height: 37, width: 53 },
    ],
    [
      { height: 37, width: 53 },
      { height: 19, width: 27 },
    ],
  ])('a slope stays where it was, %j to %j', (from, to) => {
    const planes = resample(
      field(from, (x, y) => 3 * x - 2 * y),
      from,
      to,
    );
    const wanted = field(to, (x, y) => {
      const [u, v] = [((x + 0.5) * from.width) / to.width - 0.5, ((y + 0.5) * from.height) / to.height - 0.5];
      return 3 * u - 2 * v;
    });
    // But at the edge, where a half of the neighbours is missing.
    const margin = 4;
    for (let y = margin; y < to.height - margin; y++) {
      for (let x = margin; x < to.width - margin; x++) {
        // A pixel's neighbours on both sides need not weigh the same where sizes are no multiples: off by a tenth of a pixel.
        expect(Math.abs(planes[y * to.width + x]! - wanted[y * to.width + x]!)).toBeLessThan(0.2);
      }
    }
  });

  test.each([
    [
      { height: 5, width: 7 },
      { height: 20, width: 28 },
    ],
    [
      { height: 20, width: 28 },
      { height: 5, width: 7 },
    ],
    [
      { height: 3, width: 1 },
      { height: 5, width: 2 },
    ],
  ])('channel by channel, within their range, and uniform where they are: %j to %j', (from, to) => {
    const count = from.height * from.width;
    const values = Float32Array.from([...uniforms([count], 2, 9), ...Array<number>(count).fill(0.1)]);
    const resampled = resample(values, from, to);
    const area = to.height * to.width;
    expect(resampled).toHaveLength(2 * area);
    const noise = resampled.subarray(0, area);
    expect(Math.min(...noise)).toBeGreaterThanOrEqual(Math.min(...values.subarray(0, count)));
    expect(Math.max(...noise)).toBeLessThanOrEqual(Math.max(...values.subarray(0, count)));
    for (const value of resampled.subarray(area)) expect(value).toBeCloseTo(0.1, 7);
  });

  test('of the same size it is the same', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    expect(resample(values, { height: 2, width: 2 }, { height: 2, width: 2 })).toBe(values);
  });
});
