/** Strokes as regions with hard edges: what a picture of paths fills. */
import { type Curve, type Point, placeOn } from './path-data.js';

export interface Outline {
  /** From the start to the end, on the left of the way; and back on its right. */
  readonly sides: readonly [Curve, Curve];
  /** Radii of the round ends, at the end and at the start. */
  readonly ends: readonly [number, number];
}

/**
 * The region within half a width of a curve, measured across it. Each side is the quadratic curve that goes through its two ends and its
 * middle: of a stroke that turns by 60° at a width of a quarter of its length it is a fiftieth of the width off at the most.
 * @param widthAt the width at a share of the curve's parameter, 0 to 1.
 */
export function outlineOf(curve: Curve, widthAt: (along: number) => number): Outline {
  const side = (sign: 1 | -1): Curve => {
    const [from, middle, to] = [0, 0.5, 1].map((along) => {
      const [x, y] = placeOn(curve, along);
      const [dx, dy] = directionAt(curve, along);
      const half = (sign * widthAt(along)) / 2;
      return [x + half * dy, y - half * dx] as const;
    }) as [Point, Point, Point];
    return [from, controlOf(from, middle, to), to];
  };
  const [fromLeft, controlLeft, toLeft] = side(1);
  const [fromRight, controlRight, toRight] = side(-1);
  return {
    sides: [
      [fromLeft, controlLeft, toLeft],
      [toRight, controlRight, fromRight],
    ],
    ends: [widthAt(1) / 2, widthAt(0) / 2],
  };
}

/** The control point of the curve between two points that is at a third one half-way. */
const controlOf = (from: Point, middle: Point, to: Point): Point => [
  2 * middle[0] - (from[0] + to[0]) / 2,
  2 * middle[1] - (from[1] + to[1]) / 2,
];

/** Which way a curve goes, as a vector of length 1. Where its control point lies on an end, that of the whole; a point goes to the right. */
function directionAt([a, b, c]: Curve, along: number): Point {
  const slope = (axis: 0 | 1) => (1 - along) * (b[axis] - a[axis]) + along * (c[axis] - b[axis]);
  const candidates: readonly Point[] = [
    [slope(0), slope(1)],
    [c[0] - a[0], c[1] - a[1]],
  ];
  const found = candidates.find(([x, y]) => x !== 0 || y !== 0) ?? [1, 0];
  const length = Math.hypot(...found);
  return [found[0] / length, found[1] / length];
}

/** A curve that begins and ends so much farther out, straight on; in between it is hardly another one. */
export function lengthened(curve: Curve, [before, after]: readonly [number, number]): Curve {
  const [[ax, ay], control, [cx, cy]] = curve;
  const [[startX, startY], [endX, endY]] = [directionAt(curve, 0), directionAt(curve, 1)];
  return [[ax - before * startX, ay - before * startY], control, [cx + after * endX, cy + after * endY]];
}
