import { describe, expect, test } from '@jest/globals';
import type { Picture } from '../../../src/image/picture.js';
import { figuresOf } from '../../../tools/looks/figures.js';
import { uniforms } from '../../support/random.js';

const [width, height] = [80, 60];
const grey = (level: (x: number, y: number) => number): Picture => {
  const rgb = new Uint8ClampedArray(3 * width * height).map((_, i) => {
    const pixel = Math.floor(i / 3);
    return level(pixel % width, Math.floor(pixel / width));
  });
  return { width, height, rgb: new Uint8Array(rgb.buffer) };
};
const blank = grey(() => 255);
const rings = grey((x, y) => 128 + 90 * Math.sin(Math.hypot(x - 30, y - 20) / 3));

test('a copy has all of the structure, and is no drawing', () => {
  const { structure, psnr, grain } = figuresOf(rings, rings);
  expect(structure).toBeCloseTo(1, 12);
  expect(psnr).toBeGreaterThan(100);
  expect(grain).toBe(0);
});

describe('structure', () => {
  test('is of edges, whatever lies between them: a negative has all of it', () => {
    const negative = { ...rings, rgb: rings.rgb.map((level) => 255 - level) };
    expect(figuresOf(negative, rings).structure).toBeCloseTo(1, 3);
  });

  test('is little where edges are elsewhere', () => {
    const elsewhere = grey((x, y) => 128 + 90 * Math.sin((x + 2 * y) / 3));
    expect(figuresOf(elsewhere, rings).structure).toBeLessThan(0.3);
  });
});

test('psnr: a fifth of the range everywhere is 14 dB', () => {
  const [dark, light] = [grey(() => 100), grey(() => 151)];
  expect(figuresOf(light, dark).psnr).toBeCloseTo(-20 * Math.log10(0.2), 6);
});

describe('grain', () => {
  // A photo that is flat on its left, and has strong edges on its right.
  const photo = grey((x) => (x < width / 2 ? 120 : 120 + 100 * Math.sin(x)));
  const noise = uniforms([width * height], -10, 10);
  const noisy = grey((x, y) => photo.rgb[3 * (y * width + x)]! + noise[y * width + x]!);

  test('is the deviation of noise that is finer than 1.5 pixels', () => {
    // What is left of white noise: it less a blur by weights w has the variance 1 − 2w₀ + Σw² of its own.
    const bell = Array.from({ length: 13 }, (_, i) => Math.exp(-((i - 6) ** 2) / 4.5));
    const sum = bell.reduce((total, value) => total + value, 0);
    const [middle, squares] = [bell[6]! / sum, bell.reduce((total, value) => total + (value / sum) ** 2, 0)];
    const deviation = (10 / Math.sqrt(3)) * Math.sqrt(1 - 2 * middle ** 2 + squares ** 2);
    expect(figuresOf(noisy, photo).grain / deviation).toBeCloseTo(1, 1);
  });

  test("is less the photo's own, and not below nothing", () => {
    expect(figuresOf(noisy, noisy).grain).toBe(0);
    expect(figuresOf(photo, noisy).grain).toBe(0);
  });
});

describe('bare', () => {
  test('is all of a blank paper, of any tint', () => {
    expect(figuresOf(blank, rings).bare).toBe(1);
    expect(
      figuresOf(
        grey(() => 90),
        rings,
      ).bare,
    ).toBe(1);
  });

  test('is the share that is near the paper', () => {
    // 20 levels of 255 are 7.8 %, 21 are 8.2 %.
    const drawn = grey((x) => (x < 20 ? 0 : x < 40 ? 234 : x < 60 ? 235 : 255));
    expect(figuresOf(drawn, rings).bare).toBeCloseTo(0.5, 12);
  });
});
