/** Where new strokes are put: where edges of the photo are not drawn yet, and along them. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Size } from '../../image/picture.js';
import { blurred, edgeAngles, edgeStrength, type Planes } from './edges.js';
import type { StrokeKind } from './strokes.js';

/** What new strokes are wanted. */
export interface Wanted {
  readonly count: number;
  /** The shortest and the longest, in pixels. */
  readonly lengths: readonly [number, number];
  /** How much tones that are not drawn yet count beside edges. */
  readonly tone: number;
  readonly kind: StrokeKind;
}

/** Of the strength of an edge, what a drawn one takes away. */
const drawnShare = 0.7;

/** How much a place is worth that nothing speaks for. */
const anywhere = 1e-4;

/** How much less a place is worth that a new stroke of the same round goes through. */
const taken = 0.15;

/**
 * Where strokes are missing, for each pixel: the photo's edges less the drawing's, blurred so that a line that lies beside its edge counts,
 * and tones that ink (or chalk) could still make.
 * @param photo, drawing of the same size and channels.
 */
export function missing(photo: Planes, drawing: Planes, { tone, kind }: Pick<Wanted, 'tone' | 'kind'>): Float32Array {
  const area = photo.width * photo.height;
  const scale = scaleOf(photo);
  const [wanted, drawn] = [edgeStrength(photo, scale), edgeStrength(drawing, scale)];
  const edges = blurred(
    wanted.map((strength, i) => Math.max(0, strength - drawnShare * drawn[i]!)),
    photo,
    2 * scale,
  );
  const sign = kind === 'ink' ? 1 : -1;
  return edges.map((edge, i) => {
    let tones = 0;
    for (let at = i; at < photo.values.length; at += area) {
      const difference = sign * (drawing.values[at]! - photo.values[at]!);
      // In colours what is too dark in one may be missing another.
      tones += photo.channels === 1 ? Math.max(0, difference) : Math.abs(difference);
    }
    return edge + tone * tones + anywhere;
  });
}

/** Pixels that count as one at 256 pixels, for which the radii are. */
export const scaleOf = ({ width, height }: Size): number => Math.max(1, Math.round(Math.max(width, height) / 256));

/**
 * New strokes, at random where `worth` is high and along the photo's edges.
 * @param worth see {@link missing}; places that get a stroke are worth less afterwards.
 * @returns [count, 3, 2].
 */
export function propose(
  photo: Planes,
  worth: Float32Array,
  { count, lengths }: Wanted,
  random: RandomGenerator,
): Float32Array {
  const angles = edgeAngles(photo, 2 * scaleOf(photo));
  const points = new Float32Array(6 * count);
  const places = new Places(worth, photo);
  for (let stroke = 0; stroke < count; stroke++) {
    let [ahead, behind]: Place[][] = [[], []];
    for (let tries = 0; tries < mostTries && ahead!.length + behind!.length - 2 < lengths[0] / 2; tries++) {
      const start = places.take(random);
      const length = lengths[0] + (lengths[1] - lengths[0]) * uniformFloat64(random);
      ahead = walk(angles, photo, start, length / 2, 1);
      behind = walk(angles, photo, start, length / 2, -1);
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

/** Cosine of how far one half of a new stroke turns at most: 45°, so that it is a curve that a hand draws in one go. */
const straightest = Math.SQRT1_2;

/** Follows edges pixel by pixel, without turning far. The last place is the end. */
function walk(angles: Float32Array, { width, height }: Size, start: Place, length: number, sense: 1 | -1): Place[] {
  let [x, y] = start;
  let [dx, dy] = [0, 0];
  let first: readonly [number, number] | undefined;
  const places: Place[] = [start];
  for (let left = length; left > 0; left--) {
    const angle = angles[Math.floor(y) * width + Math.floor(x)]!;
    const [nextX, nextY] = [Math.cos(angle), Math.sin(angle)];
    const turned = first === undefined ? sense : dx * nextX + dy * nextY < 0 ? -1 : 1;
    [dx, dy] = [turned * nextX, turned * nextY];
    first ??= [dx, dy];
    if (first[0] * dx + first[1] * dy < straightest) break;
    const step = Math.min(1, left);
    const [aheadX, aheadY] = [x + step * dx, y + step * dy];
    if (!(aheadX >= 0 && aheadX < width && aheadY >= 0 && aheadY < height)) break;
    [x, y] = [aheadX, aheadY];
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
    const radius = scaleOf(this.size);
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
