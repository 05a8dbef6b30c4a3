/** What dark photos are drawn on, and as: light on dark. */
import { grey, toSpace } from '../../colour/spaces.js';
import type { Preset } from './preset.js';

/**
 * Median luma, from 0 to 255, below which a photo is dark: a quarter of the range. More than half of a night sky or a stage is darker; of photos
 * by day, with things and their shadows, it is 100 to 170.
 */
const darkBelow = 64;

/** Whether the photo has a say. */
export const isPaperByPhoto = ({ canvas }: Preset): boolean => canvas.paper === 'auto' && canvas.start === 'paper';

/**
 * The preset with the paper that it is drawn on: for a photo that is mostly dark black, on which strokes are of chalk, for any other white.
 * @param photo 8-bit R, G, B, interleaved.
 */
export function withPaper(preset: Preset, photo: Uint8Array): Preset {
  const isDark = medianOf(lumasOf(photo)) < darkBelow;
  const { medium } = preset;
  return {
    ...preset,
    canvas: { ...preset.canvas, paper: isDark ? 'black' : 'white' },
    ...(medium?.kind === 'strokes' ? { medium: { ...medium, material: isDark ? 'chalk' : 'ink' } } : {}),
  };
}

/** The share of a photo that is lighter than what chalk gives all its light to: more than a lamp or two. */
const lights = 0.01;

/** Levels that lie between dark and light at the least: where fewer do, there is nothing to see but noise. */
const leastRange = 8;

/**
 * A photo as chalk shows it, whose lightest is white whatever the exposure, or strokes would have to be too faint to be seen; and what a
 * photo that is mostly dark has most of is the paper, so that a night sky stays bare.
 * @param photo 8-bit R, G, B, interleaved.
 */
export function inChalk(photo: Uint8Array): Uint8Array {
  const lumas = lumasOf(photo);
  const median = medianOf(lumas);
  const black = median < darkBelow ? median : 0;
  const range = lumas[Math.floor(lumas.length * (1 - lights))]! - black;
  if (range < leastRange) return photo;
  return new Uint8Array(Uint8ClampedArray.from(photo, (level) => ((level - black) * 255) / range));
}

/** In ascending order. */
const lumasOf = (photo: Uint8Array): Float32Array => toSpace(photo, grey).sort();

const medianOf = (lumas: Float32Array): number => lumas[lumas.length >> 1]!;
