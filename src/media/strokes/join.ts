/** Strokes that go on from one another become one, so that lines are long and whole. */
import { pointAt } from './bezier.js';
import { mostBend } from './bounds.js';
import type { Drawn } from './parameters.js';

/** How far apart two ends may be, in pixels of 256. */
const nearEnds = 4;

/** How far the one curve may be from the two at places that are as far along, in the same pixels: less than a pen's width and a half. */
const mostOff = 1.5;

/** How long a stroke that is joined may become, in the same pixels: half of the picture, as far as a hand reaches in one go. */
const longest = 128;

/** How many times the smaller width, and how far apart in colour, strokes may be that are of one line. */
const [widths, colours] = [1.6, 0.12];

/** Places on each of two curves that their joint curve is laid through. */
const places = 9;

/** A stroke from one of its ends to the other: three points. */
type Curve = readonly [ax: number, ay: number, bx: number, by: number, cx: number, cy: number];

interface Joint {
  readonly other: number;
  readonly curve: Curve;
  readonly off: number;
}

/**
 * Joins strokes two by two, each at most once.
 * @param awake those that are drawn.
 * @param scale pixels that count as one at 256 pixels.
 * @returns the strokes that are no longer needed; those that they have become part of are changed in `drawn`.
 */
export function joinEnds(drawn: Drawn, awake: readonly number[], scale: number): number[] {
  const cell = nearEnds * scale;
  const cells = new Map<string, number[]>();
  const cellOf = (x: number, y: number) => [Math.floor(x / cell), Math.floor(y / cell)] as const;
  for (const stroke of awake) {
    for (const end of [0, 4]) {
      const key = cellOf(drawn.points[6 * stroke + end]!, drawn.points[6 * stroke + end + 1]!).join();
      cells.set(key, [...(cells.get(key) ?? []), stroke]);
    }
  }
  const joined = new Set<number>();
  const freed: number[] = [];
  for (const stroke of awake) {
    if (joined.has(stroke)) continue;
    let best: Joint | undefined;
    for (const end of [0, 4]) {
      const [column, row] = cellOf(drawn.points[6 * stroke + end]!, drawn.points[6 * stroke + end + 1]!);
      for (let i = 0; i < 9; i++) {
        for (const other of cells.get(`${column + (i % 3) - 1},${row + Math.floor(i / 3) - 1}`) ?? []) {
          // Each pair once.
          if (other <= stroke || joined.has(other) || !areAlike(drawn, stroke, other)) continue;
          const joint = jointOf(drawn, stroke, other, scale);
          if (joint && (!best || joint.off < best.off)) best = joint;
        }
      }
    }
    if (!best) continue;
    join(drawn, stroke, best);
    joined.add(stroke).add(best.other);
    freed.push(best.other);
  }
  return freed;
}

/** Whether two strokes may be parts of one line by their widths and colours. */
function areAlike({ width, colour }: Drawn, one: number, other: number): boolean {
  const [narrow, wide] = [Math.min(width[one]!, width[other]!), Math.max(width[one]!, width[other]!)];
  const isSame = (i: number) => Math.abs(colour![3 * one + i]! - colour![3 * other + i]!) <= colours;
  return wide <= widths * narrow && (!colour || [0, 1, 2].every(isSame));
}

const curveOf = (points: Float32Array, stroke: number): Curve =>
  [...points.subarray(6 * stroke, 6 * stroke + 6)] as unknown as Curve;
const turnedRound = ([ax, ay, bx, by, cx, cy]: Curve): Curve => [cx, cy, bx, by, ax, ay];
const chordOf = ([ax, ay, , , cx, cy]: Curve): number => Math.hypot(cx - ax, cy - ay);

/** The one curve that two can be drawn as. */
function jointOf({ points }: Drawn, stroke: number, other: number, scale: number): Joint | undefined {
  const [one, two] = [curveOf(points, stroke), curveOf(points, other)];
  let best: Joint | undefined;
  for (const before of [one, turnedRound(one)]) {
    for (const after of [two, turnedRound(two)]) {
      if (Math.hypot(after[0] - before[4], after[1] - before[5]) > nearEnds * scale) continue;
      const { curve, off } = through(before, after);
      // Longer than both, or the second would lead back over the first.
      const chord = chordOf(curve);
      const isOn = chord > Math.max(chordOf(before), chordOf(after)) && chord <= longest * scale;
      const bend = Math.hypot(curve[2] - (curve[0] + curve[4]) / 2, curve[3] - (curve[1] + curve[5]) / 2) / chord;
      if (isOn && bend <= mostBend && off <= mostOff * scale && (!best || off < best.off)) best = { other, curve, off };
    }
  }
  return best;
}

/** The curve from the first's beginning to the second's end that is nearest to both, by least squares, and how far it is at the most. */
function through(before: Curve, after: Curve): { curve: Curve; off: number } {
  const [first, second] = [chordOf(before), chordOf(after)];
  const gap = Math.hypot(after[0] - before[4], after[1] - before[5]);
  const length = first + gap + second;
  const seen = Array.from({ length: 2 * places }, (_, i) => {
    const along = (i % places) / (places - 1);
    const isFirst = i < places;
    const [x, y] = pointAt(isFirst ? before : after, along);
    return { t: (isFirst ? along * first : first + gap + along * second) / length, x, y };
  });
  const [ax, ay, cx, cy] = [before[0], before[1], after[4], after[5]];
  let [sumX, sumY, weights] = [0, 0, 0];
  for (const { t, x, y } of seen) {
    const weight = 2 * t * (1 - t);
    sumX += weight * (x - (1 - t) ** 2 * ax - t ** 2 * cx);
    sumY += weight * (y - (1 - t) ** 2 * ay - t ** 2 * cy);
    weights += weight ** 2;
  }
  const curve: Curve = [ax, ay, sumX / weights, sumY / weights, cx, cy];
  const off = seen.map(({ t, x, y }) => {
    const [onX, onY] = pointAt(curve, t);
    return Math.hypot(onX - x, onY - y);
  });
  return { curve, off: Math.max(...off) };
}

/** Makes two strokes the first of them, with the means of what they are, by their lengths. */
function join({ points, width, opacity, colour }: Drawn, stroke: number, { other, curve }: Joint): void {
  const [one, two] = [chordOf(curveOf(points, stroke)), chordOf(curveOf(points, other))];
  const mean = (values: Float32Array, i: number, j: number) => {
    values[i] = (one * values[i]! + two * values[j]!) / (one + two);
  };
  points.set(curve, 6 * stroke);
  mean(width, stroke, other);
  mean(opacity, stroke, other);
  if (colour) for (let i = 0; i < 3; i++) mean(colour, 3 * stroke + i, 3 * other + i);
}
