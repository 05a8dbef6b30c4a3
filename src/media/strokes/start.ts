/** Where new strokes are put: where edges of the photo are not drawn yet, and along them. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Size } from '../../image/picture.js';
import { blurred, edgeStrength, type Planes } from './edges.js';
import type { StrokeKind } from './strokes.js';

/** What new strokes are wanted. */
export interface Wanted {
  readonly count: number;
  /** The shortest and the longest, in pixels. */
  readonly lengths: readonly [number, number];
  /** Which way strokes run at each pixel, as `edgeAngles` has them, or the one way that all do. */
  readonly angles: Float32Array | number;
}

/** What is looked for where strokes are missing. */
export interface Sought {
  /** How much tones that are not drawn yet count beside edges. */
  readonly tone: number;
  readonly kind: StrokeKind;
}

/** Of the strength of an edge, what a drawn one takes away. */
const drawnShare = 0.7;

/** Edges so many times weaker than the mean are grain and clouds, which nobody draws. */
const faintest = 0.4;

/** How much less a place is worth that a new stroke of the same round goes through. */
const taken = 0.05;

/** A stroke ends where what it is drawn for is so many times less than at its beginning. */
const faint = 0.25;

/** The strongest edge of a photo of one colour, where rounding to whole levels may have made some. */
const noEdge = 2 / 255;

/** Whether there is nothing to draw. */
export const isFlat = (photo: Planes): boolean => edgeStrength(photo, 0).every((strength) => strength <= noEdge);

/**
 * Where strokes are missing, for each pixel: the photo's edges less the drawing's, blurred so that a line that lies beside its edge counts,
 * and tones that ink (or chalk) could still make.
 * @param photo, drawing of the same size and channels.
 */
export function missing(photo: Planes, drawing: Planes, { tone, kind }: Sought): Float32Array {
  const scale = scaleOf(photo);
  const [wanted, drawn] = [edgeStrength(photo, scale), edgeStrength(drawing, scale)];
  const edges = blurred(
    wanted.map((strength, i) => Math.max(0, strength - drawnShare * drawn[i]!)),
    photo,
    2 * scale,
  );
  const mean = wanted.reduce((sum, strength) => sum + strength, 0) / wanted.length;
  const tones = missingTones(photo, drawing, kind);
  return edges.map((edge, i) => Math.max(0, edge - faintest * mean) + tone * tones[i]!);
}

/** How much of the photo's tones the drawing still lacks at each pixel, summed over the channels. */
export function missingTones(photo: Planes, drawing: Planes, kind: StrokeKind): Float32Array {
  const area = photo.width * photo.height;
  const sign = kind === 'ink' ? 1 : -1;
  return new Float32Array(area).map((_, i) => {
    let tones = 0;
    for (let at = i; at < photo.values.length; at += area) {
      const difference = sign * (drawing.values[at]! - photo.values[at]!);
      // In colours what is too dark in one may be missing another.
      tones += photo.channels === 1 ? Math.max(0, difference) : Math.abs(difference);
    }
    return tones;
  });
}

/** Edges so many times as strong as the mean are outlines: a tenth of a photo's pixels or less. */
const outline = 3;

/** What tones are worth that hatching is for: nothing on outlines, which it ends at. */
export function missingHatching(photo: Planes, drawing: Planes, kind: StrokeKind): Float32Array {
  const scale = scaleOf(photo);
  const edges = edgeStrength(photo, scale);
  const mean = edges.reduce((sum, strength) => sum + strength, 0) / edges.length;
  const tones = blurred(missingTones(photo, drawing, kind), photo, scale);
  return tones.map((tone, i) => (edges[i]! > outline * mean ? 0 : tone));
}

/** Pixels that count as one at 256 pixels, for which the radii are. */
export const scaleOf = ({ width, height }: Size): number => Math.max(1, Math.round(Math.max(width, height) / 256));

/**
 * New strokes, at random where `worth` is high, as far as it is.
 * @param worth see {@link missing}; places that get a stroke are worth less afterwards.
 * @returns [count, 3, 2], or none where nothing is worth one.
 */
export function propose(
  size: Size,
  worth: Float32Array,
  { count, lengths, angles }: Wanted,
  random: RandomGenerator,
): Float32Array {
  const places = new Places(worth, size);
  const points = new Float32Array(places.isEmpty ? 0 : 6 * count);
  const ground: Ground = { ...size, worth, angles };
  for (let stroke = 0; stroke < points.length / 6; stroke++) {
    let [ahead, behind]: Place[][] = [[], []];
    for (let tries = 0; tries < mostTries && ahead!.length + behind!.length - 2 < lengths[0]; tries++) {
      const start = places.take(random);
      const length = lengths[0] + (lengths[1] - lengths[0]) * uniformFloat64(random);
      ahead = walk(ground, start, length / 2, 1);
      behind = walk(ground, start, length / 2, -1);
    }
    const [from, to, middle] = [behind!.at(-1)!, ahead!.at(-1)!, ahead![0]!];
    for (const place of [...behind!, ...ahead!]) places.spend(place);
    for (let axis = 0; axis < 2; axis++) {
      points[6 * stroke + axis] = from[axis]!;
      // The control point of the curve that goes through the middle half-way.
      points[6 * stroke + 2 + axis] = 2 * middle[axis]! - (from[axis]! + to[axis]!) / 2;
      points[6 * stroke + 4 + axis] = to[axis]!;
    }
  }
  return points;
}

/** How often another place is looked for where an edge is too short for a stroke. */
const mostTries = 10;

type Place = readonly [x: number, y: number];

interface Ground extends Size, Pick<Wanted, 'angles'> {
  readonly worth: Float32Array;
}

/** Cosine of how far one half of a new stroke turns at most: 45°, so that it is a curve that a hand draws in one go. */
const straightest = Math.SQRT1_2;

/** Follows edges pixel by pixel, as far as they go without turning far. The last place is the end. */
function walk({ worth, angles, width, height }: Ground, start: Place, length: number, sense: 1 | -1): Place[] {
  let [x, y] = start;
  let [dx, dy] = [0, 0];
  let first: readonly [number, number] | undefined;
  const places: Place[] = [start];
  const pixel = () => Math.floor(y) * width + Math.floor(x);
  const least = faint * worth[pixel()]!;
  for (let left = length; left > 0; left--) {
    const angle = typeof angles === 'number' ? angles : angles[pixel()]!;
    const [nextX, nextY] = [Math.cos(angle), Math.sin(angle)];
    const turned = first === undefined ? sense : dx * nextX + dy * nextY < 0 ? -1 : 1;
    [dx, dy] = [turned * nextX, turned * nextY];
    first ??= [dx, dy];
    if (first[0] * dx + first[1] * dy < straightest) break;
    const step = Math.min(1, left);
    const [aheadX, aheadY] = [x + step * dx, y + step * dy];
    if (!(aheadX >= 0 && aheadX < width && aheadY >= 0 && aheadY < height)) break;
    [x, y] = [aheadX, aheadY];
    if (worth[pixel()]! < least) break;
    places.push([x, y]);
  }
  return places;
}

/** Pixels that are taken at random, each as often as it is worth. Rejects what has become worth less since their sum was made. */
class Places {
  readonly #sums: Float64Array;
  readonly #left: Float32Array;

  constructor(
    worth: Float32Array,
    private readonly size: Size,
  ) {
    let sum = 0;
    this.#sums = Float64Array.from(worth, (value) => {
      sum += value;
      return sum;
    });
    this.#left = new Float32Array(worth.length).fill(1);
  }

  get isEmpty(): boolean {
    return this.#sums.at(-1) === 0;
  }

  /** A place within a pixel. */
  take(random: RandomGenerator): Place {
    const total = this.#sums.at(-1)!;
    for (;;) {
      const pixel = this.#find(total * uniformFloat64(random));
      // Never 0, so that it ends.
      if (uniformFloat64(random) >= this.#left[pixel]!) continue;
      const column = pixel % this.size.width;
      return [column + 0.5, (pixel - column) / this.size.width + 0.5];
    }
  }

  /** A new stroke goes through there. */
  spend([x, y]: Place): void {
    const { width, height } = this.size;
    const radius = 2 * scaleOf(this.size);
    for (let row = Math.floor(y) - radius; row <= Math.floor(y) + radius; row++) {
      for (let column = Math.floor(x) - radius; column <= Math.floor(x) + radius; column++) {
        if (row >= 0 && row < height && column >= 0 && column < width) this.#left[row * width + column] = taken;
      }
    }
  }

  /** The first pixel whose sum is greater. */
  #find(value: number): number {
    let [low, high] = [0, this.#sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
