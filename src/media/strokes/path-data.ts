/**
 * Path data of SVG: quadratic Bézier curves in few characters, and without drift, because places are rounded and not the steps between
 * them.
 */

export type Point = readonly [x: number, y: number];

/** A quadratic Bézier curve: start, control and end point. */
export type Curve = readonly [Point, Point, Point];

/** A number as SVG is content with it: at most so many decimals, and no zero before the point. */
export const shortNumber = (value: number, decimals: number): string =>
  shortened(Math.round(value * 10 ** decimals) / 10 ** decimals);

// A whole number by a power of ten has no more decimals than that; and zero gets no sign.
const shortened = (value: number): string => String(value + 0).replace(/^(-?)0\./, '$1.');

/** One path through curves that each begin where the one before has ended. @param decimals of its numbers. */
export function pathData(curves: readonly Curve[], decimals: number): string {
  const unit = 10 ** decimals;
  const rounded = ([x, y]: Point): Point => [Math.round(x * unit), Math.round(y * unit)];
  const between = (from: Point, to: Point) => [0, 1].map((axis) => shortened((to[axis]! - from[axis]!) / unit));
  const [start, steps]: [Point, string[]] = [rounded(curves[0]![0]), []];
  let at = start;
  for (const [, control, end] of curves) {
    steps.push(...between(at, rounded(control)), ...between(at, rounded(end)));
    at = rounded(end);
  }
  return `M${joined(between([0, 0], start))}q${joined(steps)}`;
}

/** Numbers, kept apart by a space or by a minus. */
const joined = (numbers: readonly string[]): string =>
  numbers.reduce((all, number) => all + (number.startsWith('-') ? '' : ' ') + number);
