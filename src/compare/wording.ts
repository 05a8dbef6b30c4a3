/** Figures of a comparison in words, and as JSON. */
import { counted } from '../counted.js';
import { oneLine } from '../one-line.js';
import type { ComparedFrame, Comparison, Criterion } from './compare.js';
import type { Figures } from './figures.js';

const rounded = (value: number, digits: number): string =>
  value === Number.POSITIVE_INFINITY ? '∞' : value.toFixed(digits);

export const figureTexts = ({ greatest, psnr, ssim }: Figures) => ({
  greatest: counted(greatest, 'level'),
  psnr: psnr === Number.POSITIVE_INFINITY ? '∞' : `${rounded(psnr, 2)} dB`,
  ssim: ssim === 1 ? '1' : rounded(ssim, 5),
});

export const criterionText = ({ kind, bound }: Criterion): string =>
  ({
    tolerance: bound === 0 ? 'frames have to be equal' : `no value may differ by more than ${bound} of 255 levels`,
    psnr: `every frame has to have a PSNR of ${bound} dB or more`,
    ssim: `every frame has to have an SSIM of ${bound} or more`,
  })[kind];

/** As JSON has it: PSNR is null where frames are equal, for it has no infinity. */
export function reportedFigures([a, b]: readonly [string, string], { criterion, frames, outside }: Comparison) {
  const figures = ({ psnr, ...frame }: ComparedFrame) => ({ ...frame, psnr: Number.isFinite(psnr) ? psnr : null });
  return { a, b, criterion, within: outside.length === 0, outside: outside.map(oneLine), frames: frames.map(figures) };
}
