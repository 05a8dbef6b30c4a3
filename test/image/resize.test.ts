import { describe, expect, test } from '@jest/globals';
import { fittedSize } from '../../src/image/fitted-size.js';
import type { Picture } from '../../src/image/picture.js';
import { enlarge, fitLongestSide } from '../../src/image/resize.js';
import { largestDifference } from './reading.js';

function picture(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Picture {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(colour(i % width, Math.floor(i / width)), 3 * i);
  return { width, height, rgb };
}

const grey = (value: number) => [value, value, value] as const;

describe('fitLongestSide', () => {
  test.each([
    [400, 300, 200, 200, 150],
    [300, 400, 200, 150, 200],
    [489, 367, 256, 256, 192],
    [400, 399, 133, 133, 133],
    [5000, 3, 100, 100, 1], // Never less than a pixel.
    [1, 700, 50, 1, 50],
    [7, 5, 1, 1, 1],
  ])('%i×%i at most %i: %i×%i', async (width, height, longest, w, h) => {
    const result = await fitLongestSide(
      picture(width, height, () => [10, 200, 90]),
      longest,
    );
    expect([result.width, result.height]).toEqual([w, h]);
    expect(fittedSize({ width, height }, longest)).toEqual({ width: w, height: h });
    expect(result.rgb).toEqual(picture(w, h, () => [10, 200, 90]).rgb);
  });

  test('never enlarges', async () => {
    const small = picture(30, 20, (x, y) => [x, y, 0]);
    expect(await fitLongestSide(small, 512)).toBe(small);
    expect(await fitLongestSide(small, 30)).toBe(small);
  });

  test('leaves the picture that it was given as it is', async () => {
    const original = picture(64, 64, (x, y) => [x, y, 7]);
    const before = Uint8Array.from(original.rgb);
    await fitLongestSide(original, 16);
    expect(original.rgb).toEqual(before);
  });

  test.each([32, 31, 25])('turns fine patterns into grey, 256 to %i', async (longest) => {
    for (const pattern of [(x: number, y: number) => x + y, (x: number) => x, (_: number, y: number) => y]) {
      const { rgb } = await fitLongestSide(
        picture(256, 256, (x, y) => grey(255 * (pattern(x, y) & 1))),
        longest,
      );
      expect(Math.min(...rgb)).toBeGreaterThan(127 - 12);
      expect(Math.max(...rgb)).toBeLessThan(128 + 12);
    }
  });

  test.each([150, 64, 17])('keeps a gradient where it was, 300 to %i', async (longest) => {
    const original = picture(300, 200, (x, y) => [(255 * x) / 299, (255 * y) / 199, 100]);
    const { width, height, rgb } = await fitLongestSide(original, longest);
    // The middle of a new pixel, in old pixels, and the colour there.
    const red = (x: number) => (255 * ((x + 0.5) * (300 / width) - 0.5)) / 299;
    const green = (y: number) => (255 * ((y + 0.5) * (200 / height) - 0.5)) / 199;
    const wanted = picture(width, height, (x, y) => [Math.round(red(x)), Math.round(green(y)), 100]);
    expect(largestDifference(rgb, wanted.rgb)).toBeLessThanOrEqual(2);
  });
});

describe('enlarge', () => {
  test.each([
    [64, 48, 256, 192],
    [245, 184, 979, 734],
  ])('%i×%i to %i×%i: colours between those of the nearest pixels, where they were', async (width, height, w, h) => {
    const original = picture(width, height, (x, y) => [(255 * x) / (width - 1), (255 * y) / (height - 1), 100]);
    const result = await enlarge(original, { width: w, height: h });
    expect([result.width, result.height, result.rgb.length]).toEqual([w, h, 3 * w * h]);
    const between = (value: number, last: number) => Math.max(0, Math.min(last, value));
    const wanted = picture(w, h, (x, y) => [
      Math.round((255 * between((x + 0.5) * (width / w) - 0.5, width - 1)) / (width - 1)),
      Math.round((255 * between((y + 0.5) * (height / h) - 0.5, height - 1)) / (height - 1)),
      100,
    ]);
    expect(largestDifference(result.rgb, wanted.rgb)).toBeLessThanOrEqual(2);
  });

  test('a picture of that size is returned as it is', async () => {
    const same = picture(30, 20, (x, y) => [x, y, 0]);
    expect(await enlarge(same, { width: 30, height: 20 })).toBe(same);
  });
});
