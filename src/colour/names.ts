/** Colours as people write them. */
import type { Rgb } from './spaces.js';

/** Those that CSS 2.1 names. */
const named: Readonly<Record<string, Rgb>> = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  silver: [192, 192, 192],
  gray: [128, 128, 128],
  maroon: [128, 0, 0],
  red: [255, 0, 0],
  orange: [255, 165, 0],
  yellow: [255, 255, 0],
  olive: [128, 128, 0],
  lime: [0, 255, 0],
  green: [0, 128, 0],
  aqua: [0, 255, 255],
  teal: [0, 128, 128],
  blue: [0, 0, 255],
  navy: [0, 0, 128],
  fuchsia: [255, 0, 255],
  purple: [128, 0, 128],
};

export const colourNames = Object.keys(named);

/** A name, `#rgb` or `#rrggbb` as R, G, B from 0 to 255; undefined for anything else. */
export function colourNamed(text: string): Rgb | undefined {
  if (Object.hasOwn(named, text)) return named[text];
  if (!/^#(?:[0-9a-f]{3}){1,2}$/i.test(text)) return undefined;
  const digits = text.length === 4 ? text.replace(/[^#]/g, '$&$&') : text;
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
  return [red!, green!, blue!];
}

/** `#rrggbb` of a colour from 0 to 255, rounded. */
export const hexOf = (colour: readonly number[]): string =>
  `#${colour.map((level) => Math.round(level).toString(16).padStart(2, '0')).join('')}`;

/** The name of a colour, or `#rrggbb` where it has none. */
export const nameOf = (colour: readonly number[]): string =>
  colourNames.find((name) => hexOf(named[name]!) === hexOf(colour)) ?? hexOf(colour);
