/** Strokes come in rounds, as a person works: few long and wide ones first, then more, shorter and finer ones where edges are missing. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Size } from '../../image/picture.js';
import { knotWeights, pieces } from './curve.js';
import { edgeAngles, type Planes, planeOf } from './edges.js';
import { hatchAngle } from './hatch.js';
import { joinEnds } from './join.js';
import type { Drawn } from './parameters.js';
import { emptyGradients, type Marks, type Sheet, transmitBack } from './raster.js';
import type { StrokesSpec } from './spec.js';
import { isFlat, missing, missingHatching, propose, scaleOf } from './start.js';
import type { StrokeKind } from './strokes.js';

/** Each round has so many times the strokes of the one before. */
const more = 2 ** 0.7;

/** And they are so many times as long. */
const shorter = 0.62;

/** The shortest strokes of any round, and the longest of the last, in pixels of 256: a hand hardly draws shorter ones. */
const shortest = [5, 10] as const;

/** Opacity of new strokes: enough to be seen, little enough that one that is wrong goes again. */
const newOpacity = 0.26;

/** New colours are the photo's within these, where a logit is neither stuck nor endless. */
const colourRange = [0.03, 0.97] as const;

/** How much a stroke has to darken (or lighten) the picture to stay, in pixels of 256 that are wholly covered, and in medians of all. */
const [leastEffect, leastShare] = [0.5, 0.4];

/** The share of a drawing by which its rounds have begun, and the one at which strokes that hardly count are taken away once more. */
const [allBegun, cleared] = [0.75, 0.85];

/** The round that is drawn at a share of the drawing, from 0: −1 before it, `rounds` when no more strokes come. */
export const roundAt = (progress: number, { rounds }: Pick<StrokesSpec, 'rounds'>): number =>
  progress >= cleared ? rounds : Math.min(rounds - 1, Math.floor((progress * rounds) / allBegun));

/** How many strokes there are after a round, of `rounds` that are counted from 0. */
export function countAfter({ count, rounds }: Pick<StrokesSpec, 'count' | 'rounds'>, round: number): number {
  const upTo = (last: number) => Array.from({ length: last + 1 }, (_, r) => more ** r).reduce((a, b) => a + b, 0);
  return Math.max(1, Math.round((count * upTo(round)) / upTo(rounds - 1)));
}

/** What lies far outside any picture: a stroke that is not drawn yet, or not any more. */
export const nowhere = -1e6;

/** Strokes that are all not drawn yet. */
export const asleep = (count: number, coloured: boolean): Drawn => ({
  points: new Float32Array(6 * count).fill(nowhere),
  width: new Float32Array(count).fill(1),
  opacity: new Float32Array(count).fill(newOpacity),
  colour: coloured ? new Float32Array(3 * count).fill(0.5) : undefined,
});

/** Whether a stroke is drawn. */
export const isAwake = ({ points }: Pick<Drawn, 'points'>, stroke: number): boolean =>
  points[6 * stroke]! > nowhere / 2;

/**
 * How much each stroke changes the picture: what would be missing without it, in pixels that are wholly covered. Exact, because the picture
 * is linear in each stroke's opacity by itself.
 */
export function effectsOf(marks: Marks, sheet: Sheet, through: Float32Array): Float32Array {
  const gradients = emptyGradients(marks);
  transmitBack(marks, sheet, through, new Float32Array(through.length).fill(-1 / sheet.channels), gradients);
  return gradients.opacity.map((slope, stroke) => slope * marks.opacity[stroke]!);
}

export interface Round {
  /** Its place, from 0; `rounds` for the one after the last, which has no new strokes. */
  readonly round: number;
  readonly spec: StrokesSpec;
  readonly kind: StrokeKind;
  /** Photo and drawing as they are seen, from 0 to 1, of the drawing's channels. */
  readonly photo: Planes;
  readonly drawing: Planes;
  /** {@link effectsOf} the strokes there are. */
  readonly effects: Float32Array;
}

/**
 * The strokes of a new round: lines that go on from one another are joined, and strokes that hardly count make room for new ones. Which they
 * are depends on nothing but what is given.
 */
export function nextRound(drawn: Drawn, the: Round): Drawn {
  const { round, spec, photo, effects } = the;
  const scale = Math.max(photo.width, photo.height) / 256;
  const next = {
    points: drawn.points.slice(),
    width: drawn.width.slice(),
    opacity: drawn.opacity.slice(),
    colour: drawn.colour?.slice(),
  };
  if (isFlat(photo)) return next;
  const all = [...drawn.width.keys()];
  const awake = all.filter((stroke) => isAwake(drawn, stroke));
  const median = awake.map((stroke) => effects[stroke]!).sort((a, b) => a - b)[awake.length >> 1] ?? 0;
  const least = Math.max(leastEffect * scale ** 2, leastShare * median);
  // What the photo has anywhere, were nothing drawn yet.
  const blank: Planes = { ...photo, values: new Float32Array(photo.values.length).fill(the.kind === 'ink' ? 1 : 0) };
  const there = missing(photo, blank, { tone: spec.tone, kind: the.kind });
  const counts = (stroke: number) =>
    effects[stroke]! >= least && isAwake(drawn, stroke) && liesOn(drawn, stroke, photo, there);
  const isLine = (stroke: number) => hatchAngle(spec, stroke) === undefined;
  const joined = new Set(
    joinEnds(
      next,
      all.filter((stroke) => counts(stroke) && isLine(stroke)),
      scale,
    ),
  );
  const free = all.filter((stroke) => !counts(stroke) || joined.has(stroke));
  for (const stroke of free) next.points.fill(nowhere, 6 * stroke, 6 * stroke + 6);
  const wanted = round === spec.rounds ? 0 : Math.max(0, countAfter(spec, round) - (all.length - free.length));
  const chosen = free.slice(0, wanted);
  const [first, last] = spec.width;
  const width = scale * first * (last / first) ** (spec.rounds === 1 ? 0 : round / (spec.rounds - 1));
  const random = xoroshiro128plus(round + 1);
  for (const angle of new Set(chosen.map((stroke) => hatchAngle(spec, stroke)))) {
    const strokes = chosen.filter((stroke) => hatchAngle(spec, stroke) === angle);
    const points = proposed(strokes.length, angle, { ...the, width, scale }, random);
    strokes.slice(0, points.length / 6).forEach((stroke, i) => {
      next.points.set(points.subarray(6 * i, 6 * i + 6), 6 * stroke);
      next.width[stroke] = width;
      next.opacity[stroke] = Math.max(newOpacity, spec.opacity ?? 0);
      next.colour?.set(colourUnder(photo, points[6 * i + 2]!, points[6 * i + 3]!), 3 * stroke);
    });
  }
  return next;
}

/** Whether a stroke is for something: a third of it lies where that is. @param there 0 where there is nothing. */
function liesOn({ points }: Drawn, stroke: number, { width, height }: Size, there: Float32Array): boolean {
  let on = 0;
  for (let knot = 0; knot <= pieces; knot++) {
    const [x, y] = [0, 1].map((axis) =>
      Math.floor(
        [0, 1, 2].reduce((sum, p) => sum + knotWeights[3 * knot + p]! * points[6 * stroke + 2 * p + axis]!, 0),
      ),
    ) as [number, number];
    if (x >= 0 && x < width && y >= 0 && y < height && there[y * width + x]! > 0) on++;
  }
  return on >= (pieces + 1) / 3;
}

/** New strokes along edges, or for tones at an angle. */
function proposed(
  count: number,
  angle: number | undefined,
  { round, spec, kind, photo, drawing, width, scale }: Round & { readonly width: number; readonly scale: number },
  random: RandomGenerator,
): Float32Array {
  // Those for tones end where these do, in any round.
  const share = angle === undefined ? shorter ** round : 1;
  const [least, most] = spec.lengths.map((length, i) => scale * Math.max(shortest[i]!, length * share));
  const worth =
    angle === undefined
      ? // Tones are for wide strokes, fine ones are for edges.
        missing(photo, drawing, { tone: spec.tone * (width / scale / spec.width[0]) ** 2, kind })
      : missingHatching(photo, drawing, kind);
  // A wide stroke goes where its whole width does.
  const angles = angle ?? edgeAngles(photo, Math.max(2 * scaleOf(photo), Math.round(width / 2)));
  return propose(photo, worth, { count, lengths: [least!, most!], angles }, random);
}

/** The photo's colour at a place, or at the border nearest to it. */
function colourUnder(photo: Planes, x: number, y: number): number[] {
  const clamp = (value: number, side: number) => Math.min(side - 1, Math.max(0, Math.floor(value)));
  const at = clamp(y, photo.height) * photo.width + clamp(x, photo.width);
  return [0, 1, 2].map((channel) => Math.min(colourRange[1], Math.max(colourRange[0], planeOf(photo, channel)[at]!)));
}

/**
 * The standard deviation of the edges, in pixels: soft at first, so that strokes find their way from afar, then as fine as pixels are. In
 * steps, because a drawing is painted anew with each.
 */
export function softnessAt(progress: number, { width, height }: Size): number {
  const scale = Math.max(width, height) / 256;
  const soft = Math.max(finalSoftness, 1.5 * scale);
  const step = Math.min(softnessSteps, Math.floor((progress / sharpFrom) * softnessSteps));
  return finalSoftness * (soft / finalSoftness) ** (1 - step / softnessSteps);
}

const softnessSteps = 10;

/** Of a drawing that is finished. */
export const finalSoftness = 0.7;

/** The share of a drawing after which edges are as fine as they get. */
const sharpFrom = 0.6;
