import { describe, expect, test } from '@jest/globals';
import { sharpnessOf } from '../../../src/media/strokes/curve.js';
import { parametersBack, strokesOf } from '../../../src/media/strokes/parameters.js';
import { choose, leaning, type Pens, pensAt, temperatureAt } from '../../../src/media/strokes/pens.js';
import { transmit } from '../../../src/media/strokes/raster.js';
import { renderStrokes } from '../../../src/media/strokes/render.js';
import type { Strokes } from '../../../src/media/strokes/strokes.js';
import { uniforms } from '../../support/random.js';

const size = { width: 512, height: 300 };
const spec = {
  pens: [
    { colour: '#000', width: 0.5 },
    { colour: '#c33', width: 1 },
    { colour: 'blue', width: 2 },
  ],
  colours: 'ink',
} as const;
const at = (temperature: number): Pens => pensAt(spec, size, 0.7, temperature)!;

test('pens are as wide as the drawing is large, and a drawing without them has none', () => {
  expect(at(1).each.map(({ width }) => width)).toEqual([1, 2, 4]);
  expect(at(1).each[1]!.colour).toEqual([0.8, 0.2, 0.2]);
  expect(pensAt({ colours: 'ink' }, size, 0.7, 1)).toBeUndefined();
});

test('a picture of their lines is as dark at any size, though they are finer than the pixels of a small one', () => {
  // Far from each other: lines that cross are darker where they are painted apart.
  const lines: Strokes = {
    ...{ size: { width: 60, height: 60 }, paper: [255, 255, 255], kind: 'ink', isOfPens: true },
    points: Float32Array.from([10, 25, 40].flatMap((y) => [10, y, 30, y + 5, 50, y])),
    width: Float32Array.of(0.2, 0.4, 0.8),
    opacity: new Float32Array(3).fill(0.95),
    colour: new Float32Array(9),
  };
  const darkness = (side: number): number => {
    const { rgb } = renderStrokes(lines, { width: side, height: side });
    return 255 - rgb.reduce((sum, level) => sum + level, 0) / rgb.length;
  };
  // Ends are round, and those of wider edges longer.
  for (const side of [120, 480]) expect(Math.abs(darkness(side) / darkness(60) - 1)).toBeLessThan(0.04);
});

describe('a choice', () => {
  const logits = Float32Array.of(1, 0.5, -1, 0, 0, 3);

  test('is a mixture at first', () => {
    const { shares, width, colour } = choose(logits, at(1));
    const weights = [Math.exp(1), Math.exp(0.5), Math.exp(-1)];
    const sum = weights.reduce((a, b) => a + b);
    weights.forEach((weight, i) => {
      expect(shares[i]).toBeCloseTo(weight / sum, 6);
    });
    expect(width[0]).toBeCloseTo((weights[0]! + 2 * weights[1]! + 4 * weights[2]!) / sum, 5);
    expect(colour[0]).toBeCloseTo((0.8 * weights[1]!) / sum, 5);
  });

  test('gets clear as it cools, and is one pen at last', () => {
    const surest = [1, 0.3, 0.1].map((temperature) => choose(logits, at(temperature)).shares[0]!);
    expect([...surest].sort()).toEqual(surest);
    expect(choose(logits, at(0))).toMatchObject({
      shares: Float32Array.of(1, 0, 0, 0, 0, 1),
      width: Float32Array.of(1, 4),
      colour: Float32Array.of(0, 0, 0, 0, 0, 1),
    });
  });

  test('of equals is the first', () => {
    expect(choose(Float32Array.of(2, 2, 1), at(0)).shares).toEqual(Float32Array.of(1, 0, 0));
  });
});

test('a new stroke leans to the pens whose tints are near to the photo', () => {
  const paper = [255, 255, 255] as const;
  const greatest = (colour: number[]) => {
    const leans = leaning(colour, paper, at(1));
    return leans.indexOf(Math.max(...leans));
  };
  expect([greatest([0.5, 0.5, 0.5]), greatest([0.9, 0.6, 0.6]), greatest([0.7, 0.7, 1])]).toEqual([0, 1, 2]);
  // Where there is nothing but paper each will do.
  leaning([1, 1, 1], paper, at(1)).forEach((logit) => {
    expect(logit).toBeCloseTo(0, 9);
  });
});

test('it cools in steps from two fifths of the drawing on, and ends before the drawing does', () => {
  const temperatures = Array.from({ length: 101 }, (_, i) => temperatureAt(i / 100));
  expect(temperatures.every((value, i) => i === 0 || value <= temperatures[i - 1]!)).toBe(true);
  expect([temperatureAt(-0.01), temperatureAt(0.4), temperatures[84], temperatures[85], temperatures[100]]).toEqual([
    1,
    1,
    expect.closeTo(0.1, 9),
    0,
    0,
  ]);
  expect(new Set(temperatures).size).toBe(10);
});

test.each([0.2, 0.7, 2])('a thin line is painted as dark as a line %d pixels wide is', (width) => {
  const [pen] = pensAt({ pens: [{ colour: '#000', width }], colours: 'ink' }, { width: 256, height: 64 }, 1.5, 1)!.each;
  const through = new Float32Array(256 * 64);
  const marks = {
    points: Float32Array.of(28, 32, 128, 32, 228, 32),
    width: Float32Array.of(width),
    opacity: Float32Array.of(pen!.cover),
    amount: Float32Array.of(1),
  };
  transmit(marks, { width: 256, height: 64, channels: 1, softness: 1.5, isEven: true }, through);
  const dark = through.reduce((sum, share) => sum + 1 - share, 0);
  // But for its ends, which are soft and round.
  expect(Math.abs(dark / (200 * width) - 1)).toBeLessThan(0.03);
  expect(sharpnessOf(1.5)).toBeCloseTo(1.209, 3);
});

describe('gradients', () => {
  const parameters: Record<string, Float32Array> = {
    points: Float32Array.from(uniforms([24], 0, 300)),
    opacity: Float32Array.from(uniforms([4], -8, 8)),
    pen: Float32Array.from(uniforms([12], -8, 8)),
  };
  const weights = {
    points: Float32Array.from(uniforms([24])),
    width: Float32Array.from(uniforms([4])),
    opacity: Float32Array.from(uniforms([4])),
    colour: Float32Array.from(uniforms([12])),
  };
  const lossOf = (given: Record<string, Float32Array>, pens: Pens) => {
    const strokes = strokesOf(given, size, pens);
    return (Object.keys(weights) as (keyof typeof weights)[]).reduce(
      (sum, name) => strokes[name]!.reduce((part, value, i) => part + value * weights[name][i]!, sum),
      0,
    );
  };

  test.each([1, 0.4])('go through the choice, at a temperature of %d', (temperature) => {
    const pens = at(temperature);
    const gradient = parametersBack(strokesOf(parameters, size, pens), weights, size, pens);
    expect(Object.keys(gradient).sort()).toEqual(['opacity', 'pen', 'points']);
    for (const name of ['opacity', 'pen']) {
      const values = parameters[name]!;
      values.forEach((_, i) => {
        const moved = (by: number) => ({ ...parameters, [name]: values.map((x, j) => (j === i ? x + by : x)) });
        const step = 0.1;
        const expected = (lossOf(moved(step), pens) - lossOf(moved(-step), pens)) / (2 * step);
        // Float32 sums of some 100, over a step of .2.
        expect(gradient[name]![i]).toBeCloseTo(expected, 3);
      });
    }
  });

  test('end where each has chosen, but for the points', () => {
    const gradient = parametersBack(strokesOf(parameters, size, at(0)), weights, size, at(0));
    expect(gradient.opacity!.every((slope) => slope === 0)).toBe(true);
    expect(gradient.pen!.every((slope) => slope === 0)).toBe(true);
    expect(gradient.points!.every((slope) => slope !== 0)).toBe(true);
  });
});
