/** Is it a drawing? Figures of a picture against the photo that it was drawn from. */
import type { Picture } from '../../src/image/picture.js';
import { blurred, type Plane, sobel } from './planes.js';

export interface Figures {
  /** Correlation of the edges (of the luminance, blurred by 1 pixel) of picture and photo: at most 1. */
  readonly structure: number;
  /** Of the luminances, in dB: a copy has 20 and more, a drawing 5 to 12. */
  readonly psnr: number;
  /**
   * Noise that the photo does not have, in grey levels: the deviation of the picture's fine part (less a blur of 1.5 pixels) where the
   * photo is flattest (the quarter with the weakest edges), less the photo's own.
   */
  readonly grain: number;
  /** Share of the picture within 8 % of its paper (the 95th percentile of its luminance). */
  readonly bare: number;
}

/** Pixels at the border that edges and grain leave out. */
const margin = 8;

/** @param photo of the picture's size, larger than 16×16. */
export function figuresOf(picture: Picture, photo: Picture): Figures {
  const [drawn, given] = [luminance(picture), luminance(photo)];
  const [drawnEdges, givenEdges] = [edges(drawn), edges(given)];
  const inner = innerOf(drawn);
  const edge = quantile(
    inner.map((i) => givenEdges.values[i]!),
    0.25,
  );
  const flat = inner.filter((i) => givenEdges.values[i]! <= edge);
  const paper = quantile([...drawn.values], 0.95);
  return {
    structure: correlation(
      inner.map((i) => drawnEdges.values[i]!),
      inner.map((i) => givenEdges.values[i]!),
    ),
    psnr: -10 * Math.log10(mean([...drawn.values].map((value, i) => (value - given.values[i]!) ** 2)) + 1e-12),
    grain: Math.max(0, fineDeviation(drawn, flat) - fineDeviation(given, flat)),
    bare: mean([...drawn.values].map((value) => (Math.abs(value - paper) < 0.08 ? 1 : 0))),
  };
}

/** Luma (ITU-R BT.601), from 0 to 1. */
function luminance({ rgb, width, height }: Picture): Plane {
  const values = Float64Array.from({ length: width * height }, (_, i) => {
    const [red, green, blue] = rgb.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  });
  return { width, height, values };
}

const edges = (plane: Plane): Plane => sobel(blurred(plane, 1));

function innerOf({ width, height }: Plane): number[] {
  const isInner = (x: number, side: number) => x >= margin && x < side - margin;
  return Array.from({ length: width * height }, (_, i) => i).filter(
    (i) => isInner(i % width, width) && isInner(Math.floor(i / width), height),
  );
}

/** In grey levels. */
function fineDeviation(plane: Plane, where: readonly number[]): number {
  const { values } = blurred(plane, 1.5);
  const fine = where.map((i) => plane.values[i]! - values[i]!);
  const middle = mean(fine);
  return 255 * Math.sqrt(mean(fine.map((value) => (value - middle) ** 2)));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Between the two values next to it, by its distance to each. */
function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (place - Math.floor(place)) * (above - below);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], m: number, y: readonly number[], n: number) =>
    x.reduce((sum, value, i) => sum + (value - m) * (y[i]! - n), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}
