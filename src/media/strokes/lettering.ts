/** Words written by the same pen: letters and digits whose lines are strokes, so that they look the same on every machine, in any format. */
import { colourIn, grey, type Rgb } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import type { Strokes } from './strokes.js';

/** Lines of a glyph as an SVG path of M, L and Q. Capitals would reach from 0 down to 6, the line that letters stand on. */
const glyphs: Readonly<Record<string, string>> = {
  ' ': 'M0 0M2 0',
  '-': 'M0 4.3L1.8 4.3',
  '.': 'M0 5.6L.3 6',
  ',': 'M.3 5.6Q.4 6.4 0 7',
  '%': 'M.9 0Q0 0 0 1.1Q0 2.2 .9 2.2Q1.8 2.2 1.8 1.1Q1.8 0 .9 0M3.6 0L.6 6M3.3 3.8Q2.4 3.8 2.4 4.9Q2.4 6 3.3 6Q4.2 6 4.2 4.9Q4.2 3.8 3.3 3.8',
  '/': 'M2.2 -.4L0 6.6',
  ':': 'M.1 2.9L.3 3.2M.1 5.6L.3 6',
  '(': 'M1.2 -.6Q0 1 0 3.1Q0 5.2 1.2 6.8',
  ')': 'M0 -.6Q1.2 1 1.2 3.1Q1.2 5.2 0 6.8',
  _: 'M0 7L2.6 7',
  '?': 'M.2 1.2Q.4 0 1.5 0Q2.8 0 2.8 1.3Q2.8 2.2 1.9 2.8Q1.4 3.2 1.4 4.2M1.4 5.6L1.5 6',
  '0': 'M1.6 0Q0 0 0 3Q0 6 1.6 6Q3.2 6 3.2 3Q3.2 0 1.6 0',
  '1': 'M.2 1.4Q1 1 1.4 0L1.4 6',
  '2': 'M.2 1.6Q.3 0 1.7 0Q3.2 0 3.1 1.7Q3 3.2 .1 6L3.3 6',
  '3': 'M.3 .8Q1 0 1.8 0Q3 0 3 1.4Q3 2.8 1.3 2.8Q3.2 2.9 3.2 4.4Q3.2 6 1.5 6Q.6 6 0 5.2',
  '4': 'M2.3 6L2.3 0L0 4.2L3.3 4.2',
  '5': 'M3 0L.6 0L.3 2.7Q1 2.2 1.8 2.3Q3.3 2.5 3.2 4.1Q3.1 6 1.4 6Q.6 6 0 5.4',
  '6': 'M2.6 0Q0 1.6 .1 4.2Q.2 6 1.7 6Q3.2 6 3.2 4.3Q3.2 2.6 1.7 2.6Q.5 2.6 .1 4.2',
  '7': 'M0 0L3.2 0Q1.6 3 1.2 6',
  '8': 'M1.6 2.8Q.2 2.4 .3 1.3Q.4 0 1.6 0Q2.8 0 2.9 1.3Q3 2.4 1.6 2.8Q0 3.2 0 4.5Q0 6 1.6 6Q3.2 6 3.2 4.5Q3.2 3.2 1.6 2.8',
  '9': 'M3.1 1.7Q3 3.4 1.6 3.4Q0 3.4 0 1.7Q0 0 1.6 0Q3.1 0 3.1 1.7Q3.2 4.4 1 6',
  a: 'M2.6 3.3Q2.2 2.5 1.4 2.5Q0 2.5 0 4.3Q0 6 1.3 6Q2.3 6 2.6 4.8M2.7 2.5L2.7 6',
  b: 'M0 0L0 6M0 4.3Q.2 2.5 1.5 2.5Q2.8 2.5 2.8 4.2Q2.8 6 1.4 6Q.3 6 0 5',
  c: 'M2.6 3.2Q2.1 2.5 1.4 2.5Q0 2.5 0 4.3Q0 6 1.4 6Q2.2 6 2.7 5.3',
  d: 'M2.7 4Q2.4 2.5 1.3 2.5Q0 2.5 0 4.3Q0 6 1.3 6Q2.4 6 2.7 4.6M2.7 0L2.7 6',
  e: 'M.1 4.2L2.7 4.1Q2.6 2.5 1.4 2.5Q0 2.5 0 4.3Q0 6 1.5 6Q2.2 6 2.7 5.4',
  f: 'M2.2 .4Q.8 -.4 .8 1.6L.8 6M0 2.7L1.9 2.7',
  g: 'M2.7 4Q2.4 2.5 1.3 2.5Q0 2.5 0 4.2Q0 5.9 1.3 5.9Q2.4 5.9 2.7 4.6M2.7 2.5L2.7 6.4Q2.7 8 1.3 8Q.6 8 .2 7.6',
  h: 'M0 0L0 6M0 4.2Q.4 2.5 1.5 2.5Q2.6 2.5 2.6 4L2.6 6',
  i: 'M.2 2.5L.2 6M.2 .8L.3 1.2',
  j: 'M.8 2.5L.8 6.6Q.8 8 0 7.8M.8 .8L.9 1.2',
  k: 'M0 0L0 6M2.3 2.5L0 4.6M.7 4L2.5 6',
  l: 'M.2 0L.2 5Q.2 6 .9 5.9',
  m: 'M0 2.5L0 6M0 4Q.4 2.5 1.2 2.5Q2 2.5 2 4L2 6M2 4Q2.4 2.5 3.2 2.5Q4 2.5 4 4L4 6',
  n: 'M0 2.5L0 6M0 4.1Q.4 2.5 1.5 2.5Q2.6 2.5 2.6 4L2.6 6',
  o: 'M1.4 2.5Q0 2.5 0 4.25Q0 6 1.4 6Q2.8 6 2.8 4.25Q2.8 2.5 1.4 2.5',
  p: 'M0 2.5L0 8M0 4.3Q.2 2.5 1.5 2.5Q2.8 2.5 2.8 4.2Q2.8 6 1.4 6Q.3 6 0 5',
  q: 'M2.7 4Q2.4 2.5 1.3 2.5Q0 2.5 0 4.3Q0 6 1.3 6Q2.4 6 2.7 4.6M2.7 2.5L2.7 8',
  r: 'M0 2.5L0 6M0 4.2Q.4 2.5 1.8 2.6',
  s: 'M2.3 3.1Q2 2.5 1.3 2.5Q.2 2.5 .3 3.4Q.4 4.1 1.3 4.2Q2.5 4.4 2.4 5.1Q2.3 6 1.2 6Q.4 6 0 5.4',
  t: 'M.8 .8L.8 5Q.8 6.2 2 5.8M0 2.7L1.9 2.7',
  u: 'M0 2.5L0 4.5Q0 6 1.2 6Q2.3 6 2.6 4.5M2.6 2.5L2.6 6',
  v: 'M0 2.5L1.3 6L2.6 2.5',
  w: 'M0 2.5L1 6L2 3L3 6L4 2.5',
  x: 'M0 2.5L2.5 6M2.5 2.5L0 6',
  y: 'M0 2.5L1.4 5.8M2.7 2.5L.6 8',
  z: 'M.1 2.5L2.4 2.5L0 6L2.5 6',
};

/** Units of the glyphs: the height of a digit, the room between two letters. */
const [digit, gap] = [6, 1.3];

const isWritable = (letter: string): boolean => Object.hasOwn(glyphs, letter);

/** Small letters without their accents. */
const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();

/** A title as it can be written: small letters without their accents; undefined where it has others. */
export function writable(text: string): string | undefined {
  const written = plain(text.replaceAll('_', ' '));
  return [...written].every(isWritable) ? written : undefined;
}

/** A text as it can be written, letter by letter, with question marks for those that can't. */
export const writableInPart = (text: string): string =>
  [...plain(text)].map((letter) => (isWritable(letter) ? letter : '?')).join('');

/**
 * The strokes of a line of text.
 * @param text {@link writable}.
 * @param left, top where it begins, and `height` that of a digit, in the same unit.
 * @param most how wide it may get: letters that would go past that are left out.
 * @returns points of quadratic curves, [n, 3, 2].
 */
export function lettered(
  text: string,
  { left, top, height, most }: Record<'left' | 'top' | 'height' | 'most', number>,
): number[] {
  const scale = height / digit;
  const points: number[] = [];
  let x = 0;
  for (const letter of text) {
    const { curves, width } = curvesOf(glyphs[letter]!);
    if ((x + width) * scale > most) break;
    points.push(...curves.map((value, i) => (i % 2 === 0 ? left + scale * (x + value) : top + scale * value)));
    x += width + gap;
  }
  return points;
}

/**
 * What is {@link lettered} as strokes on paper: black, or white where that is dark.
 * @param pen how wide and how opaque they are, in the unit of the size, and from 0 to 1.
 */
export function inked(
  size: Size,
  points: readonly number[],
  { width, opacity, paper }: { readonly width: number; readonly opacity: number; readonly paper: Rgb },
): Strokes {
  const count = points.length / 6;
  const isDark = colourIn(grey, paper)[0]! < 128;
  return {
    ...{ size, paper, kind: isDark ? 'chalk' : 'ink' },
    points: Float32Array.from(points),
    width: new Float32Array(count).fill(width),
    opacity: new Float32Array(count).fill(opacity),
    colour: new Float32Array(3 * count).fill(isDark ? 1 : 0),
  };
}

/** A path of M, L and Q as quadratic curves, and how far it goes to the right. */
function curvesOf(path: string): { readonly curves: readonly number[]; readonly width: number } {
  const curves: number[] = [];
  let [at, width]: [number[], number] = [[0, 0], 0];
  for (const [, command, given] of path.matchAll(/([MLQ])([^MLQ]*)/g)) {
    const values = given!.trim().split(/\s+/).map(Number);
    const [x, y] = values.slice(-2) as [number, number];
    const control = command === 'L' ? [(at[0]! + x) / 2, (at[1]! + y) / 2] : values.slice(0, 2);
    if (command !== 'M') curves.push(...at, ...control, x, y);
    at = [x, y];
    width = Math.max(width, x);
  }
  return { curves, width };
}
