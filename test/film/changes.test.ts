import { describe, expect, test } from '@jest/globals';
import { Changes } from '../../src/film/changes.js';
import type { Picture } from '../../src/image/picture.js';

const size = { width: 40, height: 30 };

const painted = (level: (x: number, y: number) => number): Picture => {
  const rgb = new Uint8Array(3 * size.width * size.height);
  for (let i = 0; i < rgb.length / 3; i++)
    rgb.fill(level(i % size.width, Math.floor(i / size.width)), 3 * i, 3 * i + 3);
  return { ...size, rgb };
};
const at = (shares: Float32Array, x: number, y: number) => shares[y * size.width + x]!;

describe('what changes in a film', () => {
  const plain = painted(() => 100);

  test('is nothing where it stands still, nor is grain', () => {
    expect(Math.max(...new Changes(size, plain.rgb).of(plain))).toBe(0);
    const grain = painted((x, y) => 100 + (((x * 7 + y * 13) % 11) - 5));
    expect(Math.max(...new Changes(size, plain.rgb).of(grain))).toBe(0);
  });

  test('is what moves, with a rim that fades out', () => {
    const moved = painted((x, y) => (x >= 10 && x < 18 && y >= 10 && y < 18 ? 200 : 100));
    const shares = new Changes(size, plain.rgb).of(moved);
    expect(at(shares, 14, 14)).toBe(1);
    const rim = Array.from({ length: 14 }, (_, i) => at(shares, 17 + i, 14));
    expect(rim).toEqual(rim.toSorted((a, b) => b - a));
    expect(rim.at(-1)).toBe(0);
    expect(at(shares, 2, 25)).toBe(0);
  });

  test('counts from when a pixel was drawn the last time: slow light is seen in the end', () => {
    const changes = new Changes(size, plain.rgb);
    const seen: number[] = [];
    for (let level = 102; level <= 120; level += 2) {
      const frame = painted(() => level);
      const shares = changes.of(frame);
      changes.redrawn(frame, shares);
      seen.push(at(shares, 20, 15));
    }
    expect(seen.slice(0, 3)).toEqual([0, 0, 0]);
    expect(Math.max(...seen)).toBeGreaterThan(0.1);
    // It follows the film, so that no more is ever behind than counts as changed.
    expect(changes.drawn[0]!).toBeGreaterThan(120 - 16);
  });
});
