/**
 * Strokes as pixels, and the gradient back, over typed arrays: on the processor faster than nodes of a graph, because only the pixels that a
 * stroke reaches are looked at. The formulas are those of the graph in graph.ts.
 */
import type { Size } from '../../image/picture.js';
import { cutOff, knotWeights, noLength, pieces, reachOf, sharpnessOf, taperAt, taperSlopeAt } from './curve.js';
import { type Floats, Trace } from './trace.js';

/** Strokes without colour: how much light each lets through. In float64 in tests alone. */
export interface Marks<A extends Floats = Floats> {
  /** [n, 3, 2], as of strokes. */
  readonly points: A;
  /** [n] */
  readonly width: A;
  /** [n] */
  readonly opacity: A;
  /** [n, channels]: how much a stroke takes of each channel at full opacity, 0 to 1. */
  readonly amount: A;
}

/** Where marks are drawn. */
export interface Sheet extends Size {
  readonly channels: number;
  /** Standard deviation of an edge, in pixels. */
  readonly softness: number;
  /** Strokes have their whole width from end to end. Default: they taper. */
  readonly isEven?: boolean | undefined;
}

/**
 * What the marks let through of each channel: ∏(1 − opacity · coverage · amount).
 * @param through [channels, height, width], which is written over.
 */
export function transmit(marks: Marks, sheet: Sheet, through: Floats): void {
  const [trace, reach] = [new Trace(), reachOf(sheet.softness)];
  through.fill(1);
  for (let stroke = 0; stroke < marks.width.length; stroke++) {
    trace.follow(marks.points, stroke, marks.width[stroke]! / 2 + reach, sheet);
    lay(trace, marks, stroke, sheet, through);
  }
}

/**
 * Lays a stroke over what is let through so far.
 * @param trace has followed its curve, or a part of that from one place along the whole curve to another, each 0 to 1.
 */
export function lay(
  trace: Trace,
  { width, opacity, amount }: Omit<Marks, 'points'>,
  stroke: number,
  sheet: Sheet,
  through: Floats,
  [from, to]: readonly [number, number] = [0, 1],
): void {
  const { channels, softness, isEven } = sheet;
  const area = sheet.width * sheet.height;
  const [half, sharpness] = [width[stroke]! / 2, sharpnessOf(softness)];
  for (let i = 0; i < trace.count; i++) {
    const taper = isEven ? 1 : taperAt(from + (to - from) * (trace.place[i]! / pieces));
    const inside = half * taper - trace.distance[i]!;
    const sigma = 1 / (1 + Math.exp(-sharpness * inside));
    if (sigma <= cutOff) continue;
    const taken = (opacity[stroke]! * (sigma - cutOff)) / (1 - cutOff);
    let at = trace.pixel[i]!;
    for (let c = 0; c < channels; c++, at += area) through[at]! *= 1 - taken * amount[channels * stroke + c]!;
  }
}

/** Gradients by marks, for {@link transmitBack} to write over. */
export const emptyGradients = ({ points, width, opacity, amount }: Marks): Marks<Float32Array> => ({
  points: new Float32Array(points.length),
  width: new Float32Array(width.length),
  opacity: new Float32Array(opacity.length),
  amount: new Float32Array(amount.length),
});

/** Least that a stroke lets through where it is divided by: below it a pixel is as good as covered. */
const covered = 1e-6;

/**
 * The gradient of a loss by the marks.
 * @param through what {@link transmit} has made of them.
 * @param back the gradient of the loss by `through`.
 * @param gradients those by the marks, which are written over.
 */
export function transmitBack(marks: Marks, sheet: Sheet, through: Floats, back: Floats, gradients: Marks): void {
  const { points, width, opacity, amount } = marks;
  const { channels, softness, isEven } = sheet;
  const area = sheet.width * sheet.height;
  const sharpness = sharpnessOf(softness);
  const [trace, reach] = [new Trace(), reachOf(softness)];
  const knots = { x: new Float64Array(pieces + 1), y: new Float64Array(pieces + 1) };
  const amounts = new Float64Array(channels);
  for (let stroke = 0; stroke < width.length; stroke++) {
    const [half, alpha] = [width[stroke]! / 2, opacity[stroke]!];
    trace.follow(points, stroke, half + reach, sheet);
    knots.x.fill(0);
    knots.y.fill(0);
    amounts.fill(0);
    let [ofHalf, ofOpacity] = [0, 0];
    for (let i = 0; i < trace.count; i++) {
      const [place, distance] = [trace.place[i]!, trace.distance[i]!];
      const taper = isEven ? 1 : taperAt(place / pieces);
      const sigma = 1 / (1 + Math.exp(-sharpness * (half * taper - distance)));
      if (sigma <= cutOff) continue;
      const coverage = (sigma - cutOff) / (1 - cutOff);
      const taken = alpha * coverage;
      let at = trace.pixel[i]!;
      let ofTaken = 0;
      for (let c = 0; c < channels; c++, at += area) {
        const share = amount[channels * stroke + c]!;
        const ofShare = (-back[at]! * through[at]!) / Math.max(covered, 1 - taken * share);
        ofTaken += ofShare * share;
        amounts[c]! += ofShare * taken;
      }
      ofOpacity += ofTaken * coverage;
      const ofInside = (ofTaken * alpha * sharpness * sigma * (1 - sigma)) / (1 - cutOff);
      ofHalf += ofInside * taper;
      placeBack(trace, i, ofInside, isEven ? 0 : half, sheet.width, knots);
    }
    pointsBack(knots, gradients.points, stroke);
    gradients.width[stroke] = ofHalf / 2;
    gradients.opacity[stroke] = ofOpacity;
    gradients.amount.set(amounts, channels * stroke);
  }
}

/** From how far a pixel is inside the edge back to the ends of the piece that is nearest to it. @param half of the width that tapers. */
function placeBack(
  { x, y, pixel, place, distance }: Trace,
  i: number,
  ofInside: number,
  half: number,
  columns: number,
  knots: { readonly x: Float64Array; readonly y: Float64Array },
): void {
  const at = place[i]!;
  const piece = Math.min(pieces - 1, Math.floor(at));
  const u = at - piece;
  const [ax, ay] = [x[piece]!, y[piece]!];
  const [dx, dy] = [x[piece + 1]! - ax, y[piece + 1]! - ay];
  const column = pixel[i]! % columns;
  const [px, py] = [column + 0.5 - ax, (pixel[i]! - column) / columns + 0.5 - ay];
  // The distance: where it is nearest, moving along the piece changes nothing.
  const ofX = (ofInside * (px - u * dx)) / distance[i]!;
  const ofY = (ofInside * (py - u * dy)) / distance[i]!;
  let [startX, startY, endX, endY] = [ofX * (1 - u), ofY * (1 - u), ofX * u, ofY * u];
  // The taper: u = (p − a) · d / |d|², between the ends.
  if (u > 0 && u < 1) {
    const ofU = (ofInside * half * taperSlopeAt(at / pieces)) / pieces / (dx * dx + dy * dy + noLength);
    startX += ofU * (2 * u * dx - dx - px);
    startY += ofU * (2 * u * dy - dy - py);
    endX += ofU * (px - 2 * u * dx);
    endY += ofU * (py - 2 * u * dy);
  }
  knots.x[piece]! += startX;
  knots.y[piece]! += startY;
  knots.x[piece + 1]! += endX;
  knots.y[piece + 1]! += endY;
}

function pointsBack(
  { x, y }: { readonly x: Float64Array; readonly y: Float64Array },
  points: Floats,
  stroke: number,
): void {
  for (let point = 0; point < 3; point++) {
    let [sumX, sumY] = [0, 0];
    for (let knot = 0; knot <= pieces; knot++) {
      const weight = knotWeights[3 * knot + point]!;
      sumX += weight * x[knot]!;
      sumY += weight * y[knot]!;
    }
    points[6 * stroke + 2 * point] = sumX;
    points[6 * stroke + 2 * point + 1] = sumY;
  }
}
