import { describe, expect, test } from '@jest/globals';
import type { Rgb } from '../../../src/colour/spaces.js';
import { halfBlocks } from '../../../src/commands/preview/half-blocks.js';
import type { Picture } from '../../../src/image/picture.js';
import { uniforms } from '../../support/random.js';
import { openTerminal } from '../../support/terminal.js';

const picture = (width: number, height: number): Picture => {
  const rgb = Uint8Array.from(uniforms([3 * width * height], 0, 256), Math.floor);
  return { width, height, rgb };
};
const pixel = ({ width, rgb }: Picture, x: number, y: number) => [...rgb.subarray(3 * (y * width + x)).slice(0, 3)];

/** A terminal that shows it, with something under it. */
async function shown(of: Picture, depth: number, room = { columns: 80, rows: 40 }) {
  const block = await halfBlocks(of, room, depth);
  const terminal = openTerminal(80, 45);
  await terminal.write(`${block.text}below`);
  return { block, terminal };
}

test('each character is two pixels, in their colours', async () => {
  const of = picture(5, 7);
  const { block, terminal } = await shown(of, 24);
  expect(block.rows).toBe(4);
  for (let y = 0; y < 7; y++) {
    for (let x = 0; x < 5; x++) {
      const { character, front, back } = terminal.colours(x, y >> 1);
      expect(character).toBe('▀');
      expect(y % 2 === 0 ? front : back).toEqual(pixel(of, x, y));
    }
  }
  // Of an odd number of rows the last one has nothing below it.
  expect(terminal.colours(0, 3).back).toBeUndefined();
  expect(terminal.lines().at(-1)).toBe('below');
  expect(terminal.lines()).toHaveLength(5);
});

test('with 256 colours it is the nearest of those that are the same everywhere', async () => {
  const levels = [0, 95, 135, 175, 215, 255];
  const cube = levels.flatMap((red) => levels.flatMap((green) => levels.map((blue): Rgb => [red, green, blue])));
  const greys = Array.from({ length: 24 }, (_, i): Rgb => [8 + 10 * i, 8 + 10 * i, 8 + 10 * i]);
  const palette = [...cube, ...greys];
  const far = (one: readonly number[], other: readonly number[]) =>
    Math.hypot(...one.map((value, i) => value - other[i]!));
  const of = picture(40, 20);
  const { terminal } = await shown(of, 8);
  for (let y = 0; y < 20; y++) {
    for (let x = 0; x < 40; x++) {
      const { front, back } = terminal.colours(x, y >> 1);
      const taken = palette[((y % 2 === 0 ? front : back) as number) - 16]!;
      const least = Math.min(...palette.map((colour) => far(colour, pixel(of, x, y))));
      expect(far(taken, pixel(of, x, y))).toBe(least);
    }
  }
});

describe('without colours', () => {
  test('the light is how much of its place a character covers', async () => {
    const rgb = Uint8Array.from([0, 64, 128, 191, 255].flatMap((light) => [light, light, light]));
    const { block, terminal } = await shown({ width: 5, height: 1, rgb }, 1);
    expect(block.text).toBe(' ░▒▓█\x1b[K\n');
    expect(terminal.colours(4, 0)).toEqual({ character: '█', front: undefined, back: undefined });
  });
});

test.each([
  [
    { width: 400, height: 100 },
    { columns: 80, rows: 40 },
    { columns: 80, rows: 10 },
  ],
  [
    { width: 100, height: 400 },
    { columns: 80, rows: 21 },
    { columns: 11, rows: 21 },
  ],
  [
    { width: 30, height: 20 },
    { columns: 80, rows: 40 },
    { columns: 30, rows: 10 },
  ],
  [
    { width: 1000, height: 3 },
    { columns: 10, rows: 10 },
    { columns: 10, rows: 1 },
  ],
])('%j in %j is %j', async ({ width, height }, room, taken) => {
  const { block } = await shown(picture(width, height), 24, room);
  const [first] = block.text.split('\n');
  expect({ columns: first!.split('▀').length - 1, rows: block.rows }).toEqual(taken);
});
