/** Paper that is chosen by the photo: a dark one is drawn light on dark. */
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
  const isDark = medianLuma(photo) < darkBelow;
  const { medium } = preset;
  return {
    ...preset,
    canvas: { ...preset.canvas, paper: isDark ? 'black' : 'white' },
    ...(medium?.kind === 'strokes' ? { medium: { ...medium, material: isDark ? 'chalk' : 'ink' } } : {}),
  };
}

function medianLuma(photo: Uint8Array): number {
  const lumas = toSpace(photo, grey).sort();
  return lumas[lumas.length >> 1]!;
}
