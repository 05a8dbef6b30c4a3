/**
 * Strokes with the hard edges of a picture of paths, that look like those of raster.ts. There an edge is a logistic curve, so that a thin stroke
 * is wider than its width and never quite as dark as its ink; here whoever shows the picture takes the share of each pixel that is covered.
 */
import { cutOff, reachOf, sharpnessOf, taperAt, taperPolynomial } from './curve.js';
import { finalSoftness } from './rounds.js';

export interface HardEdged {
  /** What the opacity is multiplied by. */
  readonly share: number;
  /** The width at a place along the stroke, 0 to 1, in pixels. */
  readonly widthAt: (along: number) => number;
  /** Its mean along the stroke. */
  readonly meanWidth: number;
}

/**
 * Every cross-section of the hard stroke lays down as much ink as the soft one, so that lines are as dark from afar: width · share is the soft
 * coverage, summed across. What the hard stroke is wider for that, it is paler.
 *
 * How much wider: the width of the soft coverage's sum is taken together with a pixel as lengths at a right angle are, √(sum² + 1²). A stroke of
 * no width is about a pixel wide then, as it is in a raster; one of 1.2 pixels is 1.67, at .8 of its opacity; one of 8 hardly another. Least
 * squares of the difference between both, seen through pixels, would have 1.1² for the thinnest and 1.4² for wide ones in place of 1²: less
 * than .2 dB, for lines that are paler and wider when the picture is enlarged.
 * @param width in the middle of the stroke, in pixels of the drawing.
 */
export function hardEdged(width: number): HardEdged {
  const [constant, linear, square] = taperPolynomial;
  const mean = inkAcross((width / 2) * (constant + linear / 2 + square / 3));
  const share = mean / Math.hypot(mean, 1);
  return { share, widthAt: (along) => inkAcross((width / 2) * taperAt(along)) / share, meanWidth: mean / share };
}

/** The coverage of a stroke of half a width, summed across it: 2 · ∫ (σ(sharpness · (half − distance)) − ε) / (1 − ε), in pixels. */
function inkAcross(half: number): number {
  const sharpness = sharpnessOf(finalSoftness);
  const tail = sharpness * reachOf(finalSoftness);
  const logistic = (softplus(sharpness * half) - softplus(-tail)) / sharpness;
  return (2 * (logistic - cutOff * (half + reachOf(finalSoftness)))) / (1 - cutOff);
}

/** ∫ σ */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
