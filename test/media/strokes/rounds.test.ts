import { describe, expect, test } from '@jest/globals';
import { marksOf } from '../../../src/media/strokes/parameters.js';
import { type Sheet, transmit } from '../../../src/media/strokes/raster.js';
import {
  asleep,
  countAfter,
  effectsOf,
  finalSoftness,
  isAwake,
  nextRound,
  roundAt,
  softnessAt,
} from '../../../src/media/strokes/rounds.js';
import type { StrokesSpec } from '../../../src/media/strokes/spec.js';

const spec: StrokesSpec = {
  kind: 'strokes',
  count: 60,
  rounds: 3,
  width: [4, 1],
  lengths: [12, 20],
  colours: 'photo',
  tone: 0.1,
};
const size = { width: 64, height: 48 };
const sheet: Sheet = { ...size, channels: 3, softness: 0.7 };
const planes = (value: (x: number, y: number, channel: number) => number) => ({
  ...size,
  channels: 3,
  values: Float32Array.from({ length: 3 * 64 * 48 }, (_, i) =>
    value(i % 64, Math.floor(i / 64) % 48, Math.floor(i / 64 / 48)),
  ),
});
const photo = planes((x, y, channel) => (Math.hypot(x - 31.5, y - 23.5) < 15 ? [0.8, 0.2, 0][channel]! : 1));
const white = planes(() => 1);
const first = () =>
  nextRound(asleep(60, true), {
    round: 0,
    spec,
    kind: 'ink',
    photo,
    drawing: white,
    effects: new Float32Array(60),
  });
const awake = (drawn: ReturnType<typeof first>) => [...drawn.width.keys()].filter((i) => isAwake(drawn, i));

test('there are more strokes with every round, and all with the last', () => {
  expect([0, 1, 2].map((round) => countAfter(spec, round))).toEqual([11, 30, 60]);
  expect(countAfter({ count: 1, rounds: 5 }, 0)).toBe(1);
});

test('rounds begin in the first three quarters of a drawing', () => {
  expect([-1, 0, 0.24, 0.25, 0.5, 0.84, 0.85, 1].map((progress) => roundAt(progress, spec))).toEqual([
    -4, 0, 0, 1, 2, 2, 3, 3,
  ]);
});

test('a stroke that is not drawn yet is nowhere', () => {
  const through = new Float32Array(3 * 64 * 48);
  transmit(marksOf(asleep(5, true), 'ink', 3), sheet, through);
  expect(Math.min(...through)).toBe(1);
  expect(awake(asleep(5, true))).toEqual([]);
});

test('what a stroke changes is what would be missing without it', () => {
  const drawn = first();
  const marks = marksOf(drawn, 'ink', 3);
  const picture = (opacity: Float32Array) => {
    const through = new Float32Array(3 * 64 * 48);
    transmit({ ...marks, opacity }, sheet, through);
    return through;
  };
  const whole = picture(marks.opacity);
  const effects = effectsOf(marks, sheet, whole);
  for (const stroke of awake(drawn)) {
    const without = picture(marks.opacity.map((value, i) => (i === stroke ? 0 : value)));
    const missing = without.reduce((sum, value, i) => sum + value - whole[i]!, 0) / 3;
    expect(effects[stroke]!).toBeCloseTo(missing, 3);
  }
});

describe('a round', () => {
  test('begins with wide strokes, in pixels of 256, in the photo’s colours', () => {
    const drawn = first();
    expect(awake(drawn)).toHaveLength(11);
    for (const stroke of awake(drawn)) {
      expect(drawn.width[stroke]).toBe(1);
      const colour = [...drawn.colour!.subarray(3 * stroke, 3 * stroke + 3)];
      expect([
        [0.97, 0.97, 0.97],
        [0.8, 0.2, 0.03],
      ]).toContainEqual(colour.map((value) => Math.round(100 * value) / 100));
    }
  });

  test('keeps strokes that count, and puts others elsewhere', () => {
    const before = first();
    const effects = new Float32Array(60).fill(0);
    for (const stroke of awake(before).slice(0, 5)) effects[stroke] = 10;
    const after = nextRound(before, { round: 1, spec, kind: 'ink', photo, drawing: white, effects });
    expect(awake(after)).toHaveLength(30);
    for (const stroke of awake(before).slice(0, 5)) {
      expect(after.points.subarray(6 * stroke, 6 * stroke + 6)).toEqual(
        before.points.subarray(6 * stroke, 6 * stroke + 6),
      );
      expect(after.width[stroke]).toBe(1);
    }
    expect(after.width[28]).toBe(0.5);
  });

  test('is the same for the same drawing', () => {
    expect(first()).toEqual(first());
  });

  test('after the last takes strokes away that hardly count beside the others, and adds none', () => {
    const before = first();
    const effects = new Float32Array(60);
    awake(before).forEach((stroke, i) => {
      effects[stroke] = i < 3 ? 2 : 10;
    });
    const after = nextRound(before, { round: 3, spec, kind: 'ink', photo, drawing: white, effects });
    const kept = awake(after);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.every((stroke) => awake(before).indexOf(stroke) >= 3)).toBe(true);
  });

  test('takes away what has come to lie where there is nothing', () => {
    const before = first();
    const lines: StrokesSpec = { ...spec, tone: 0 };
    before.points.set([2, 2, 6, 2, 10, 2], 0);
    const effects = new Float32Array(60).fill(10);
    const after = nextRound(before, { round: 3, spec: lines, kind: 'ink', photo, drawing: white, effects });
    expect(isAwake(after, 0)).toBe(false);
    expect(awake(after).length).toBeGreaterThan(5);
  });

  test('of a flat photo has no strokes', () => {
    const drawn = nextRound(asleep(60, true), {
      round: 2,
      spec,
      kind: 'ink',
      photo: white,
      drawing: white,
      effects: new Float32Array(60),
    });
    expect(awake(drawn)).toEqual([]);
  });
});

test('edges are soft at first, the more the larger the picture, and end as fine as pixels are', () => {
  const at = (progress: number, side: number) => softnessAt(progress, { width: side, height: side });
  expect(at(0, 512)).toBeCloseTo(3, 9);
  expect(at(0, 256)).toBeCloseTo(1.5, 9);
  expect(at(0, 64)).toBe(finalSoftness);
  expect(at(0.3, 512)).toBeLessThan(3);
  expect(at(0.6, 512)).toBeCloseTo(finalSoftness, 9);
  expect(at(1, 512)).toBeCloseTo(finalSoftness, 9);
});
