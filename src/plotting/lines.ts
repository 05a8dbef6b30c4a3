/** Lines of a plot: what a pen draws without being lifted. */
import { partOf, pointAt } from '../media/strokes/bezier.js';
import type { Strokes } from '../media/strokes/strokes.js';
import type { Placement } from './page.js';

/** Quadratic Bézier curves that go on from each other, as x and y of point, control point, point, control point, …, point, in millimetres. */
export type Line = readonly number[];

export type Point = readonly [x: number, y: number];

export const startOf = (line: Line): Point => [line[0]!, line[1]!];
export const endOf = (line: Line): Point => [line.at(-2)!, line.at(-1)!];

export const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(bx - ax, by - ay);

/** The same line, drawn from its end. */
export const reversed = (line: Line): Line =>
  Array.from({ length: line.length }, (_, i) => line[line.length - 2 - i + 2 * (i % 2)]!);

/** How many chords a curve is measured by: one that turns by 90° is measured a ten-thousandth too short. */
const chords = 32;

/** Its length in millimetres. */
export function lengthOfLine(line: Line): number {
  let sum = 0;
  for (let first = 0; first + 6 <= line.length; first += 4) {
    const curve = line.slice(first, first + 6);
    let before = pointAt(curve, 0);
    for (let chord = 1; chord <= chords; chord++) {
      const here = pointAt(curve, chord / chords);
      sum += distance(before, here);
      before = here;
    }
  }
  return sum;
}

/** What of a stroke lies on the drawing, as lines on the page; what a stroke is outside is cut off. */
export function linesOf({ size, points }: Strokes, stroke: number, { scale, left, top }: Placement): Line[] {
  const curve = Array.from(
    points.subarray(6 * stroke, 6 * stroke + 6),
    (value, i) => scale * value + (i % 2 === 0 ? left : top),
  );
  const frame = { left, top, right: left + scale * size.width, bottom: top + scale * size.height };
  return within(curve, frame);
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The parts of a curve within a frame, with their control points: cut where it crosses the frame's sides and where it turns back, so that
 * each piece lies in the box of its ends, and so its control point.
 */
function within(curve: Line, frame: Frame): Line[] {
  const isIn = ([x, y]: Point, slack = 0) =>
    x >= frame.left - slack && x <= frame.right + slack && y >= frame.top - slack && y <= frame.bottom + slack;
  if ([0, 2, 4].every((at) => isIn([curve[at]!, curve[at + 1]!]))) return [curve];
  const places = [
    ...[frame.left, frame.right].flatMap((side) => crossings(curve[0]!, curve[2]!, curve[4]!, side)),
    ...[frame.top, frame.bottom].flatMap((side) => crossings(curve[1]!, curve[3]!, curve[5]!, side)),
    turning(curve[0]!, curve[2]!, curve[4]!),
    turning(curve[1]!, curve[3]!, curve[5]!),
  ].filter((t) => t > 0 && t < 1);
  const cuts = [0, ...new Set(places.sort((a, b) => a - b)), 1];
  const found: Line[] = [];
  let isGoingOn = false;
  cuts.slice(1).forEach((to, i) => {
    const from = cuts[i]!;
    // Where a piece lies is told by its middle: its ends may lie on a side, and be rounded to either.
    const isInside = isIn(pointAt(curve, (from + to) / 2));
    if (isInside) {
      const piece = partOf(curve, from, to).map((value, at) =>
        at % 2 === 0 ? clamp(value, frame.left, frame.right) : clamp(value, frame.top, frame.bottom),
      );
      if (isGoingOn) found.push([...found.pop()!, ...piece.slice(2)]);
      else found.push(piece);
    }
    isGoingOn = isInside;
  });
  return found;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** Where B(t) = side; in the form that loses no digits where the curve is nearly straight. No numbers where it is nowhere. */
function crossings(a: number, b: number, c: number, side: number): number[] {
  const [bend, rise, start] = [a - 2 * b + c, 2 * (b - a), a - side];
  const root = Math.sqrt(rise ** 2 - 4 * bend * start);
  const q = -(rise + (rise < 0 ? -root : root)) / 2;
  return [q / bend, start / q];
}

/** Where B′(t) = 0. */
const turning = (a: number, b: number, c: number): number => (a - b) / (a - 2 * b + c);
