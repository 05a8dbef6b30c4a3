/** Where a film has changed since it was drawn. */
import type { Picture, Size } from '../image/picture.js';

/** Levels of 255: what differs by less counts as still, what differs by more as changed, and between them in part. */
const [least, most] = [6, 16];

/** Pixels on each side that a difference is averaged over, so that the grain of a film counts as still. */
const grain = 2;

/** Pixels round what has changed that are drawn anew with it, because lines there go on into it; it fades out over as many. */
const around = 3;

/**
 * Holds frames against the film as it was when each pixel was drawn the last time: so what changes too slowly to be seen from frame to frame,
 * as light does, is drawn anew when it has changed enough.
 */
export class Changes {
  /** 8-bit R, G, B of each pixel then, [H, W, 3]. */
  readonly #drawn: Float32Array;

  constructor(
    private readonly size: Size,
    drawn: ArrayLike<number>,
  ) {
    this.#drawn = Float32Array.from(drawn);
  }

  /** For whoever keeps it. */
  get drawn(): Float32Array {
    return this.#drawn;
  }

  /** How much of each pixel has changed, float32[H, W] from 0 to 1. */
  of({ rgb }: Picture): Float32Array {
    const area = this.size.width * this.size.height;
    const changed = new Float32Array(area);
    for (let channel = 0; channel < 3; channel++) {
      const difference = new Float32Array(area);
      for (let i = 0; i < area; i++) difference[i] = rgb[3 * i + channel]! - this.#drawn[3 * i + channel]!;
      mean(difference, this.size, grain).forEach((value, i) => {
        changed[i] = Math.max(changed[i]!, Math.abs(value));
      });
    }
    const shares = changed.map((value) => Math.min(1, Math.max(0, (value - least) / (most - least))));
    return mean(greatest(shares, this.size, around), this.size, around);
  }

  /** Takes note that a frame was drawn there. */
  redrawn({ rgb }: Picture, there: Float32Array): void {
    for (let i = 0; i < rgb.length; i++) {
      const was = this.#drawn[i]!;
      this.#drawn[i] = was + there[Math.floor(i / 3)]! * (rgb[i]! - was);
    }
  }
}

/** Of each pixel and its neighbours, so many on each side; what is past the edge does not count. */
const mean = (values: Float32Array, size: Size, reach: number): Float32Array =>
  alongBoth(
    values,
    size,
    (line, from, to) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += line(i);
      return sum / (to - from);
    },
    reach,
  );

const greatest = (values: Float32Array, size: Size, reach: number): Float32Array =>
  alongBoth(
    values,
    size,
    (line, from, to) => {
      let found = line(from);
      for (let i = from + 1; i < to; i++) found = Math.max(found, line(i));
      return found;
    },
    reach,
  );

/** Rows first, then columns. @param of what becomes of the values `from` to `to` of a line. */
function alongBoth(
  values: Float32Array,
  { width, height }: Size,
  of: (line: (i: number) => number, from: number, to: number) => number,
  reach: number,
): Float32Array {
  const along = (given: Float32Array, lines: number, lineStep: number, count: number, step: number): Float32Array => {
    const made = new Float32Array(given.length);
    for (let l = 0; l < lines; l++) {
      const line = (i: number) => given[l * lineStep + i * step]!;
      for (let i = 0; i < count; i++)
        made[l * lineStep + i * step] = of(line, Math.max(0, i - reach), Math.min(count, i + reach + 1));
    }
    return made;
  };
  return along(along(values, height, width, width, 1), width, 1, height, width);
}
