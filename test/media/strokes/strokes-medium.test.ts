import { describe, expect, test } from '@jest/globals';
import { grey, type Rgb, rgb } from '../../../src/colour/spaces.js';
import { renderStrokes } from '../../../src/media/strokes/render.js';
import { finalSoftness } from '../../../src/media/strokes/rounds.js';
import type { StrokesSpec } from '../../../src/media/strokes/spec.js';
import { strokes } from '../../../src/media/strokes/strokes-medium.js';
import { uniforms } from '../../support/random.js';

const size = { width: 40, height: 30 };
const spec: StrokesSpec = {
  kind: 'strokes',
  count: 30,
  rounds: 2,
  width: [3, 2],
  lengths: [8, 20],
  colours: 'photo',
  tone: 0.1,
};
const pixels = Float32Array.from(
  { length: 3 * 1200 },
  (_, i) => 255 * (((i % 40) + Math.floor(i / 40)) % 30 < 15 ? 0.2 : 0.9),
);
const photo = () => pixels;
const begin = (medium: ReturnType<typeof strokes>) =>
  medium.renew({ size, photo, progress: 0, before: -1 })!.of(medium.start(size));
const redAndBlack = [
  { colour: 'black', width: 20 },
  { colour: '#c33', width: 12 },
];
const kinds: [string, StrokesSpec, Rgb, number][] = [
  ['coloured ink', spec, [250, 240, 200], 3],
  ['black ink', { ...spec, colours: 'ink' }, [255, 255, 255], 1],
  ['coloured chalk', { ...spec, material: 'chalk' }, [20, 30, 60], 3],
  ['white chalk', { ...spec, colours: 'ink', material: 'chalk' }, [0, 0, 0], 1],
  ['a black pen', { ...spec, pens: [{ colour: '#000', width: 9 }] }, [255, 255, 255], 1],
  ['a fine pen', { ...spec, pens: [{ colour: '#000', width: 2 }] }, [255, 255, 255], 1],
  ['a black and a red pen', { ...spec, pens: redAndBlack }, [255, 255, 255], 3],
];

describe.each(kinds)('%s', (_, kind, paper, channels) => {
  const medium = strokes(kind, paper);
  const begun = begin(medium);
  const area = size.width * size.height;

  test('begins with blank paper', () => {
    expect(medium.space).toBe(channels === 3 ? rgb : grey);
    const blank = medium.paint(medium.start(size), size);
    expect([...blank]).toEqual(Array.from({ length: channels * area }, (_, i) => paper[Math.floor(i / area)]));
    expect(medium.strokesOf(medium.start(size), size).width).toHaveLength(0);
  });

  test('draws within its range', () => {
    const canvas = medium.paint(begun, size);
    const dark = kind.material === 'chalk';
    canvas.forEach((value, i) => {
      const level = paper[Math.floor(i / area)]!;
      expect(dark ? value >= level && value <= 255 : value >= 0 && value <= level).toBe(true);
    });
    expect(canvas.some((value, i) => Math.abs(value - paper[Math.floor(i / area)]!) > 20)).toBe(true);
  });

  test('gradients go from the canvas to every parameter', () => {
    const weights = Float32Array.from(uniforms([channels * area]));
    const parameters = begun;
    const lossOf = (given: typeof parameters) =>
      medium.paint(given, size).reduce((sum, value, i) => sum + value * weights[i]!, 0);
    const gradient = medium.back(parameters, medium.paint(parameters, size), weights, size);
    expect(gradient.softness).toEqual(new Float32Array(1));
    const step = 0.02;
    for (const name of Object.keys(parameters).filter((other) => !['softness', 'temperature'].includes(other))) {
      const values = parameters[name]!;
      let [apart, length] = [0, 0];
      // The first strokes are awake.
      for (let i = 0; i < 12; i++) {
        const moved = (by: number) => ({ ...parameters, [name]: values.map((x, j) => (j === i ? x + by : x)) });
        const expected = (lossOf(moved(step)) - lossOf(moved(-step))) / (2 * step);
        apart += (expected - gradient[name]![i]!) ** 2;
        length += expected ** 2;
      }
      // Rounding of a canvas of float32, and the curvature over a step.
      expect([name, apart <= 0.02 ** 2 * length]).toEqual([name, true]);
    }
  });

  test('strokes are the same picture as their drawing', () => {
    const chosen = begun.temperature ? { temperature: Float32Array.of(0) } : {};
    const end = { ...begun, softness: Float32Array.of(finalSoftness), ...chosen };
    const canvas = medium.paint(end, size);
    const { rgb: drawn } = renderStrokes(medium.strokesOf(end, size));
    drawn.forEach((level, i) => {
      const at = Math.floor(i / 3) + (channels === 3 ? (i % 3) * area : 0);
      // Rounded to whole levels.
      expect(Math.abs(level - canvas[at]!)).toBeLessThan(0.501);
    });
  });
});

test('a round begins when its share of the drawing does, and what hardly counts goes towards the end', () => {
  const medium = strokes(spec, [255, 255, 255]);
  const at = (progress: number, before: number) => medium.renew({ size, photo, progress, before })?.begins;
  expect([at(0, -0.1), at(0.1, 0), at(0.4, 0.3), at(0.8, 0.7), at(0.9, 0.8), at(1, 0.9)]).toEqual([
    true,
    undefined,
    true,
    undefined,
    true,
    undefined,
  ]);
});

test('larger stills have the same strokes', () => {
  const medium = strokes({ ...spec, colours: 'ink' }, [255, 255, 255]);
  const parameters = begin(medium);
  const drawn = medium.strokesOf(parameters, size);
  const [small, large] = [renderStrokes(drawn).rgb, renderStrokes(drawn, { width: 160, height: 120 }).rgb];
  const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean(large) - mean(small))).toBeLessThan(2);
});

describe('pens', () => {
  const medium = strokes({ ...spec, pens: redAndBlack }, [255, 255, 255]);
  const moment = (progress: number, before: number) => ({ size, photo, progress, before });
  const renewed = (parameters: ReturnType<typeof begin>, progress: number, before: number) =>
    medium.renew(moment(progress, before))?.of(parameters) ?? parameters;

  test('are mixed at first, and each stroke has one of them in the end', () => {
    let parameters = begin(medium);
    const kindsOf = (given: typeof parameters) => {
      const { width, colour, opacity } = medium.strokesOf(given, size);
      return Array.from(width, (_, i) =>
        [width[i], ...colour.subarray(3 * i, 3 * i + 3), opacity[i]].map((x) => Number(x!.toFixed(4))),
      );
    };
    const mixed = kindsOf(parameters);
    expect(mixed.length).toBeGreaterThan(5);
    for (const [width, , , , opacity] of mixed) {
      expect([width! > 1.875 && width! < 3.125, opacity]).toEqual([true, 0.475]);
    }
    for (let i = 1; i <= 100; i++) parameters = renewed(parameters, i / 100, (i - 1) / 100);
    // Some are to be drawn, and some are not.
    const opacity = parameters.opacity!.map((_, i) => (i % 2 === 0 ? 0.5 : -0.5));
    const chosen = kindsOf({ ...parameters, opacity });
    expect(chosen.length).toBeGreaterThan(10);
    expect(chosen.length).toBeLessThanOrEqual(15);
    // 40 pixels are 40/256 of the side that the widths are for.
    const [black, red] = [
      [3.125, 0, 0, 0, 0.95],
      [1.875, 0.8, 0.2, 0.2, 0.95],
    ];
    for (const kind of chosen) expect([black, red]).toContainEqual(kind);
  });

  test('what the optimizer has averaged is forgotten when each has chosen', () => {
    expect(medium.renew(moment(0.85, 0.84))).toMatchObject({ begins: true });
    expect(medium.renew(moment(0.86, 0.85))).toBeUndefined();
  });

  test('of a round come before that, and the strokes there are keep their choice', () => {
    const first = begin(medium);
    const pen = first.pen!.map((_, i) => (i % 2 === 0 ? 7 : -7));
    const second = renewed({ ...first, pen }, 0.4, 0.39);
    const isSame = [...second.points!.keys()].filter((i) => i % 6 === 0 && second.points![i] === first.points![i]);
    expect(isSame.length).toBeGreaterThan(5);
    for (const at of isSame) expect(second.pen![at / 3]).toBe(7);
    expect(medium.renew(moment(0.41, 0.4))?.begins).toBeFalsy();
  });
});
