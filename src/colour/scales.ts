/** Numbers as colours, for pictures of what has none. */
import type { Rgb } from './spaces.js';

/** From black over dark red and yellow to white: a third of the way each colour comes up; the least part is seen on black. @param part 0 to 1. */
export function heat(part: number): Rgb {
  if (part === 0) return [0, 0, 0];
  const rise = (from: number) => Math.round(255 * Math.min(1, Math.max(0, 3 * part - from)));
  return [Math.max(64, rise(0)), rise(1), rise(2)];
}

/** What is drawn with on white paper: what is above 0, and what is below. */
const inks: Readonly<Record<'above' | 'below', Rgb>> = { above: [16, 24, 48], below: [176, 32, 24] };

/** From white paper at 0 to full ink at 1, and to full red ink at -1. @param part -1 to 1. */
export function ink(part: number): Rgb {
  const full = part < 0 ? inks.below : inks.above;
  const [red, green, blue] = full.map((level) => Math.round(255 + Math.abs(part) * (level - 255)));
  return [red!, green!, blue!];
}
