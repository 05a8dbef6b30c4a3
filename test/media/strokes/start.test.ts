import { describe, expect, test } from '@jest/globals';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Planes } from '../../../src/media/strokes/edges.js';
import { blurred, edgeAngles, edgeStrength } from '../../../src/media/strokes/edges.js';
import { missing, missingHatching, missingTones, propose } from '../../../src/media/strokes/start.js';

const size = { width: 64, height: 48 };
const planes = (value: (x: number, y: number) => number): Planes => ({
  ...size,
  channels: 1,
  values: Float32Array.from({ length: 64 * 48 }, (_, i) => value(i % 64, Math.floor(i / 64))),
});
const white = planes(() => 1);
/** A disc: its edge runs in every direction. */
const disc = planes((x, y) => (Math.hypot(x - 31.5, y - 23.5) < 15 ? 0.2 : 1));
const wanted = { count: 40, lengths: [8, 14] } as const;
const proposed = (photo: Planes, drawing: Planes, seed = 1, tone = 0) => {
  const worth = missing(photo, drawing, { tone, kind: 'ink' });
  return propose(photo, worth, { ...wanted, angles: edgeAngles(photo, 2) }, xoroshiro128plus(seed));
};

describe('edges', () => {
  test('the mean over a square, past the border what is on it', () => {
    const plane = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 9);
    expect(blurred(plane, { width: 3, height: 3 }, 1).map((x) => Math.round(9 * x))).toEqual(
      Float32Array.of(4, 2, 0, 2, 10, 18, 0, 18, 36),
    );
  });

  test('are strong where the picture changes, and run along the change', () => {
    const step = planes((x) => (x < 32 ? 0 : 1));
    const [strength, angles] = [edgeStrength(step, 1), edgeAngles(step, 1)];
    expect(strength[24 * 64 + 32]).toBeGreaterThan(0.5);
    expect(strength[24 * 64 + 10]).toBe(0);
    // Downwards: π/2, or as an angle between 0 and π that of a line.
    expect(Math.abs(Math.cos(angles[24 * 64 + 32]!))).toBeLessThan(1e-3);
  });
});

describe('new strokes', () => {
  test('lie where edges are missing, and along them', () => {
    const points = proposed(disc, white);
    let [near, along] = [0, 0];
    for (let i = 0; i < wanted.count; i++) {
      const [x0, y0, , , x2, y2] = points.subarray(6 * i, 6 * i + 6) as unknown as number[] as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const [x, y] = [(x0 + x2) / 2 - 31.5, (y0 + y2) / 2 - 23.5];
      const radius = Math.hypot(x, y);
      if (Math.abs(radius - 15) < 4) near++;
      if (Math.abs(x * (x2 - x0) + y * (y2 - y0)) < 0.3 * radius * Math.hypot(x2 - x0, y2 - y0)) along++;
    }
    expect(near).toBeGreaterThanOrEqual(32);
    expect(along).toBeGreaterThanOrEqual(32);
  });

  test('are as long as they are wanted, and lie in the picture', () => {
    const points = proposed(disc, white);
    for (let i = 0; i < wanted.count; i++) {
      const chord = Math.hypot(points[6 * i + 4]! - points[6 * i]!, points[6 * i + 5]! - points[6 * i + 1]!);
      expect(chord).toBeLessThanOrEqual(14 + 1e-3);
    }
    points.forEach((value, i) => {
      if (i % 6 < 2 || i % 6 > 3) expect(value >= 0 && value <= (i % 2 ? 48 : 64)).toBe(true);
    });
  });

  test('are the same for the same seed, and others for another', () => {
    expect(proposed(disc, white)).toEqual(proposed(disc, white));
    expect(proposed(disc, white, 2)).not.toEqual(proposed(disc, white));
  });

  test('go elsewhere where an edge is drawn already', () => {
    const half = planes((x, y) => (x < 32 ? disc.values[y * 64 + x]! : 1));
    const points = proposed(disc, half);
    const right = Array.from({ length: wanted.count }, (_, i) => points[6 * i]! > 30).filter(Boolean).length;
    // Of what is drawn a third counts all the same: one line is not always enough.
    expect(right).toBeGreaterThan(22);
  });

  test('go into tones where these count', () => {
    const soft = planes((x) => 1 - x / 64);
    const worth = missing(soft, white, { tone: 1, kind: 'ink' });
    expect(worth[24 * 64 + 60]).toBeGreaterThan(10 * worth[24 * 64 + 2]!);
  });

  test('are none on a flat photo, and where grain is all there is beside an edge', () => {
    expect(proposed(white, white)).toHaveLength(0);
    const grain = planes((x, y) => (x > 60 ? 0 : 1 - 0.01 * ((x + y) % 3)));
    const worth = missing(grain, white, { tone: 0, kind: 'ink' });
    expect(worth[24 * 64 + 20]).toBe(0);
    expect(worth[24 * 64 + 60]).toBeGreaterThan(0);
  });

  test('run at one angle, and as far as what they are for goes', () => {
    const dark = planes((x) => (x > 20 && x < 40 ? 0 : 1));
    const worth = missingTones(dark, white, 'ink');
    const points = propose(size, worth, { count: 10, lengths: [8, 60], angles: 0 }, xoroshiro128plus(1));
    for (let i = 0; i < 10; i++) {
      const [x0, y0, , , x2, y2] = points.subarray(6 * i, 6 * i + 6) as unknown as number[] as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      expect(y0).toBeCloseTo(y2, 4);
      expect(Math.min(x0, x2)).toBeGreaterThan(20);
      expect(Math.max(x0, x2)).toBeLessThan(41);
    }
  });
});

test('hatching is for tones, and ends at outlines', () => {
  const worth = missingHatching(disc, white, 'ink');
  const at = (x: number, y: number) => worth[y * 64 + x]!;
  expect(at(31, 23)).toBeCloseTo(0.8, 3);
  expect(at(2, 2)).toBeCloseTo(0, 3);
  expect([at(46, 23), at(17, 23), at(31, 38)]).toEqual([0, 0, 0]);
  const angles = 0.3;
  const points = propose(disc, worth, { count: 10, lengths: [20, 60], angles }, xoroshiro128plus(1));
  const ends = Array.from({ length: 10 }, (_, i) => [6 * i, 6 * i + 4]).flat();
  const far = ends.map((at) => Math.hypot(points[at]! - 31.5, points[at + 1]! - 23.5));
  expect(Math.max(...far)).toBeLessThan(16);
});
