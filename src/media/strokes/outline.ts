/** Strokes as regions: what a picture of paths fills. */
import { pointAt } from './bezier.js';
import type { Curve, Point } from './path-data.js';

/**
 * What lies within half a width of a curve, as four curves round it, clockwise on a screen: the left side from start to end, the round end
 * there, the right side, and the round start. Each side goes through the exact offsets of the curve's ends and its middle: what it is off
 * in between is not to be seen beside the edges' softness.
 * @param widthAt the width at a share of the curve's parameter, 0 to 1.
 */
export function outlineOf(curve: Curve, widthAt: (along: number) => number): Curve[] {
  const side = (sign: 1 | -1) =>
    [0, 0.5, 1].map((along): Point => {
      const [x, y] = placeOn(curve, along);
      const [dx, dy] = directionAt(curve, along);
      const half = (sign * widthAt(along)) / 2;
      return [x + half * dy, y - half * dx];
    }) as [Point, Point, Point];
  const [left, right] = [through(side(1)), through(side(-1).reverse() as [Point, Point, Point])];
  return [left, roundEnd(left[2], right[0]), right, roundEnd(right[2], left[0])];
}

/** The curve between two points that is at a third one half-way. */
const through = ([from, middle, to]: Curve): Curve => [
  from,
  [2 * middle[0] - (from[0] + to[0]) / 2, 2 * middle[1] - (from[1] + to[1]) / 2],
  to,
];

/** How far the control point of a round end is out, in widths: a parabola's end has the area of half a circle then, 3π/4 of its radius. */
const bulge = (3 * Math.PI) / 8;

/** How far a round end goes beyond the end of its curve. */
export const endReach = (width: number): number => (bulge * width) / 2;

/** Goes round on the right of what it comes from. */
const roundEnd = (from: Point, to: Point): Curve => [
  from,
  [(from[0] + to[0]) / 2 + bulge * (to[1] - from[1]), (from[1] + to[1]) / 2 - bulge * (to[0] - from[0])],
  to,
];

/** A curve that begins and ends so much farther out, straight on; in between it is hardly another one. */
export function lengthened(curve: Curve, by: number): Curve {
  const [[ax, ay], control, [cx, cy]] = curve;
  const [[startX, startY], [endX, endY]] = [directionAt(curve, 0), directionAt(curve, 1)];
  return [[ax - by * startX, ay - by * startY], control, [cx + by * endX, cy + by * endY]];
}

/** The place at a share of a curve's parameter. */
const placeOn = (curve: Curve, t: number): Point => pointAt(curve.flat(), t);

/**
 * Which way a curve goes, as a vector of length 1: where its control point lies on an end, that of the whole, and a point's to the right.
 */
function directionAt([a, b, c]: Curve, along: number): Point {
  const slope = (axis: 0 | 1) => (1 - along) * (b[axis] - a[axis]) + along * (c[axis] - b[axis]);
  const candidates: readonly Point[] = [
    [slope(0), slope(1)],
    [c[0] - a[0], c[1] - a[1]],
  ];
  const [dx, dy] = candidates.find((way) => Math.hypot(...way) > 0) ?? [1, 0];
  return [dx / Math.hypot(dx, dy), dy / Math.hypot(dx, dy)];
}

/** How long a curve is, as a polyline of so many parts: of one that turns by 62° less than a thousandth is missing. */
export function lengthOf(curve: Curve, parts = 8): number {
  const places = Array.from({ length: parts + 1 }, (_, part) => placeOn(curve, part / parts));
  return places.slice(1).reduce((sum, [x, y], part) => sum + Math.hypot(x - places[part]![0], y - places[part]![1]), 0);
}
