/** Moments of a drawing to show it by, chosen while it is drawn: evenly in how much changes, because a drawing changes most at its beginning. */
import type { Picture } from '../image/picture.js';

export interface Moment {
  /** After how many iterations. */
  readonly index: number;
  readonly picture: Picture;
  /** How much has changed since the beginning: the sum of the mean differences from frame to frame, in levels. */
  readonly change: number;
}

/** Frames that are held for each that is to be chosen. */
const heldPerChosen = 4;

export class Moments {
  readonly #held: Moment[] = [];
  #latest: Moment | undefined;

  /** @param wanted how many are to be chosen. Not many more are held, however many there are. */
  constructor(private readonly wanted: number) {}

  /** Adds the next frame, of the same size as those before. */
  add(picture: Picture): void {
    const before = this.#latest;
    this.#latest = {
      index: before ? before.index + 1 : 0,
      picture,
      change: before ? before.change + difference(before.picture.rgb, picture.rgb) : 0,
    };
    this.#held.push(this.#latest);
    if (this.#held.length > heldPerChosen * this.wanted) this.#thinOut();
  }

  /** How many frames are held. */
  get held(): number {
    return this.#held.length;
  }

  /** So many, or as many as there are, from the first change to the last frame; what it begins with only where there is nothing else. */
  get chosen(): Moment[] {
    const [first, ...drawn] = this.#held;
    if (drawn.length === 0) return first ? [first] : [];
    const count = Math.min(this.wanted, drawn.length);
    const whole = drawn.at(-1)!.change;
    const chosen: Moment[] = [];
    for (let n = 1, from = 0; n <= count; n++) {
      // As many are left as are still to be chosen.
      const candidates = drawn.slice(from, drawn.length - (count - n));
      const off = ({ change }: Moment) => Math.abs(change - (whole * n) / count);
      const next =
        n === count ? candidates.at(-1)! : candidates.reduce((best, one) => (off(one) < off(best) ? one : best));
      chosen.push(next);
      from = drawn.indexOf(next) + 1;
    }
    return chosen;
  }

  /** Lets go of the one without which the gap is smallest, but never of the first or the last. */
  #thinOut(): void {
    const held = this.#held;
    let least = 1;
    const gap = (i: number) => held[i + 1]!.change - held[i - 1]!.change;
    for (let i = 2; i < held.length - 1; i++) if (gap(i) < gap(least)) least = i;
    held.splice(least, 1);
  }
}

function difference(one: Uint8Array, other: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += Math.abs(one[i]! - other[i]!);
  return sum / one.length;
}
