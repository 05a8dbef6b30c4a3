/**
 * Strokes with the hard edges of a picture of paths, that look like those of raster.ts. There an edge is a logistic curve over some
 * pixels, so that a thin stroke is wider than its width and never quite as dark as its ink; in an SVG a path covers a pixel by the share
 * of its area. Both lay down as much ink, the coverage summed across a stroke, and so look alike from afar; they differ in how close they
 * come.
 */
import { cutOff, reachOf, sharpnessOf, widthAlong } from './curve.js';
import { finalSoftness } from './rounds.js';

/**
 * An outline has a rim: a line along its edge, of so many pixels, half of them outside, through which a part of the ink is seen. Nothing,
 * a third, everything are the steps of an edge then. They are nearest to the logistic curve, for all widths together and by least squares
 * of what a pixel sees, among those that have no more ink than a stroke of no width, .52 pixels: of a stroke of 1.2 pixels a ninth of the
 * squares is left that there would be without a rim, of a wide one a quarter. Pixels are those of the screen, as they are of a raster of
 * any size.
 */
export const rim = { width: 1.6, opacity: 0.32 };

/**
 * The width of the outline of a stroke, inside its rim: a function of the place along it, 0 to 1. In pixels.
 * @param width in the middle of the stroke, in pixels.
 * @param isEven whether it has that from end to end.
 */
export const outlineWidth =
  (width: number, isEven?: boolean) =>
  (along: number): number =>
    // Above 0: a stroke of no width has more ink than its rim.
    inkAcross(widthAlong(width, isEven)(along) / 2) - rim.width * rim.opacity;

/** The coverage of a stroke of half a width, summed across it: 2 · ∫ (σ(sharpness · (half − distance)) − ε) / (1 − ε), in pixels. */
function inkAcross(half: number): number {
  const [sharpness, reach] = [sharpnessOf(finalSoftness), reachOf(finalSoftness)];
  const logistic = (softplus(sharpness * half) - softplus(-sharpness * reach)) / sharpness;
  return (2 * (logistic - cutOff * (half + reach))) / (1 - cutOff);
}

/** ∫ σ */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
