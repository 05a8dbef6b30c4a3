/**
 * In which order a hand would draw finished strokes. The rule:
 *
 * 1. Washes come before lines: a mark that is wider than {@link washWidth} covers a surface, and what lies on it comes after it.
 * 2. Of each, the strokes that change the picture most come first: long dark ones that stand alone, contours, before short pale ones and
 *    those that lie among others, tone.
 * 3. That order is cut into stages, each of as much line as any other, so that the first ones have few strokes and the last ones many.
 * 4. Within a stage the hand goes on to the nearest stroke. It pulls: each begins at the end that lies further up and to the left; but where
 *    the other end is close by, the hand goes on as it came.
 */
import { InputError } from '../../errors.js';
import type { Size } from '../../image/picture.js';
import { knotWeights, pieces } from './curve.js';
import { painted } from './painted.js';
import { transmit } from './raster.js';
import { effectsOf } from './rounds.js';
import { scaledStrokes } from './scaled.js';
import { shareFilled } from './sheet-layout.js';
import { countOf, type Strokes } from './strokes.js';

/** Widths above this are those of washes, as shares of the longest side: on a sheet of A4 some 4 mm, which no pen is as wide as. */
const washWidth = 1 / 80;

/** How near the end of the next stroke is for a hand to go on from the last one, as a share of the longest side: 6 mm on A4. */
const close = 1 / 50;

/** Longest side, in pixels, of the picture in which it is looked at what strokes change. */
const lookedAt = 256;

/** One stroke drawn. */
export interface Step {
  /** Which: its place among the strokes. */
  readonly stroke: number;
  /** Whether it is drawn from its end point to its start. */
  readonly isTurned: boolean;
}

/** All of them, in stages. */
export type Sequence = readonly (readonly Step[])[];

/** What a person adds at a time: see {@link stagesFor}. */
const [fewestStages, mostStages, strokesOfStage] = [5, 8, 100] as const;

/**
 * A stage for every hundred strokes, by and large, but no fewer than five and no more than eight; and where more of them fill a sheet better,
 * on which each is a panel beside one of the finished drawing, as many as fill it best.
 * @param shape of the drawing.
 */
export function stagesFor(count: number, shape: Size): number {
  const needed = Math.min(mostStages, Math.max(fewestStages, Math.ceil(count / strokesOfStage)));
  const choice = Array.from({ length: mostStages + 1 - needed }, (_, more) => needed + more);
  const filled = (stages: number) => shareFilled(stages + 1, shape);
  return choice.reduce((best, stages) => (filled(stages) > filled(best) ? stages : best));
}

/**
 * Every stroke once, in the order in which a hand would draw them, in so many stages; of fewer strokes some have none. It depends on nothing
 * but the strokes, and not on the size of their drawing.
 * @param stages 1 or more. Default: {@link stagesFor} so many strokes.
 * @throws InputError for stages that are none.
 */
export function sequenceOf(strokes: Strokes, stages = stagesFor(countOf(strokes), strokes.size)): Sequence {
  if (!(Number.isInteger(stages) && stages >= 1))
    throw new InputError('expected a whole number from 1', { field: 'stages' });
  const longest = Math.max(strokes.size.width, strokes.size.height);
  const effects = effectsIn(strokes);
  const isWash = (stroke: number) => strokes.width[stroke]! > washWidth * longest;
  const ranked = [...effects.keys()].sort(
    (a, b) => Number(isWash(b)) - Number(isWash(a)) || effects[b]! - effects[a]! || a - b,
  );
  const ways = waysOf(strokes);
  const hand: [number, number] = [0, 0];
  return inParts(ranked, lengthsOf(strokes), stages).map((part) => wayThrough(part, ways, close * longest, hand));
}

/** How much each stroke changes the picture by itself: see {@link effectsOf}. */
function effectsIn(strokes: Strokes): Float32Array {
  const scaled = scaledStrokes(strokes, lookedAt / Math.max(strokes.size.width, strokes.size.height));
  const { marks, sheet } = painted(scaled);
  const through = new Float32Array(3 * sheet.width * sheet.height);
  transmit(marks, sheet, through);
  return effectsOf(marks, sheet, through);
}

/** How long each stroke's curve is, in pixels: that of its {@link pieces}. */
export function lengthsOf(strokes: Pick<Strokes, 'points' | 'width'>): Float64Array {
  return Float64Array.from({ length: countOf(strokes) }, (_, stroke) => {
    const knots = knotsOf(strokes.points, stroke);
    return knots.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - knots[i]![0], y - knots[i]![1]), 0);
  });
}

export type Place = readonly [x: number, y: number];

/** The ends of the pieces of a stroke's curve, pieces + 1 of them. */
export const knotsOf = (points: Float32Array, stroke: number): readonly Place[] =>
  Array.from({ length: pieces + 1 }, (_, knot): Place => {
    const along = (axis: 0 | 1) =>
      [0, 1, 2].reduce((sum, i) => sum + knotWeights[3 * knot + i]! * points[6 * stroke + 2 * i + axis]!, 0);
    return [along(0), along(1)];
  });

/** Cuts a list where the lengths up to there are a part of all, two parts of all, …. */
function inParts(ranked: readonly number[], lengths: Float64Array, parts: number): number[][] {
  const all = lengths.reduce((sum, length) => sum + length, 0) || 1;
  const cut = Array.from({ length: parts }, (): number[] => []);
  let drawn = 0;
  for (const stroke of ranked) {
    // By its middle, so that the one in which a part ends goes where more of it belongs.
    const share = (drawn + lengths[stroke]! / 2) / all;
    cut[Math.min(parts - 1, Math.floor(share * parts))]!.push(stroke);
    drawn += lengths[stroke]!;
  }
  return cut;
}

/** Where a hand that pulls begins each stroke, and where it ends: [n, 2]. It begins at the end that lies further up and to the left. */
function waysOf({ points, width }: Pick<Strokes, 'points' | 'width'>) {
  const count = width.length;
  const ways = {
    begin: new Float64Array(2 * count),
    end: new Float64Array(2 * count),
    isTurned: new Uint8Array(count),
  };
  for (let stroke = 0; stroke < count; stroke++) {
    const at = 6 * stroke;
    const [start, end] = [points.subarray(at, at + 2), points.subarray(at + 4, at + 6)];
    const isTurned = end[0]! + end[1]! < start[0]! + start[1]!;
    ways.begin.set(isTurned ? end : start, 2 * stroke);
    ways.end.set(isTurned ? start : end, 2 * stroke);
    ways.isTurned[stroke] = Number(isTurned);
  }
  return ways;
}

/** From stroke to nearest stroke, beginning where the hand is, which goes on to where it is then. */
function wayThrough(strokes: number[], ways: ReturnType<typeof waysOf>, near: number, hand: [number, number]): Step[] {
  const left = strokes.slice();
  const { begin, end, isTurned } = ways;
  const squared = (ends: Float64Array, stroke: number) =>
    (ends[2 * stroke]! - hand[0]) ** 2 + (ends[2 * stroke + 1]! - hand[1]) ** 2;
  return strokes.map(() => {
    let [best, found, isPushed] = [Number.POSITIVE_INFINITY, 0, false];
    for (let i = 0; i < left.length; i++) {
      const [pulled, pushed] = [squared(begin, left[i]!), squared(end, left[i]!)];
      if (pulled < best) [best, found, isPushed] = [pulled, i, false];
      if (pushed < best && pushed <= near * near) [best, found, isPushed] = [pushed, i, true];
    }
    const [stroke] = left.splice(found, 1) as [number];
    const to = isPushed ? begin : end;
    [hand[0], hand[1]] = [to[2 * stroke]!, to[2 * stroke + 1]!];
    return { stroke, isTurned: isPushed !== (isTurned[stroke] === 1) };
  });
}
