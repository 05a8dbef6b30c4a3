/** How much a drawn film flickers. */
import type { Picture } from '../image/picture.js';

/** Levels of 255 that a value of the film may change by from frame to frame where it counts as standing still. */
const still = 3;

/** Sums, for whoever keeps them. */
export interface FlickerSums {
  /** Of changes of the drawing, in levels. */
  readonly changes: number;
  /** Of values that they were measured at. */
  readonly values: number;
}

/** The mean change of the drawing from frame to frame where the film stands still: pixels all of whose values change by 3 levels or less. */
export class Flicker {
  #changes: number;
  #values: number;
  #before: { readonly film: Uint8Array; readonly drawing: Uint8Array } | undefined;

  constructor({ changes, values }: FlickerSums = { changes: 0, values: 0 }) {
    this.#changes = changes;
    this.#values = values;
  }

  get sums(): FlickerSums {
    return { changes: this.#changes, values: this.#values };
  }

  /** Levels of 255; undefined where nothing has stood still yet. */
  get levels(): number | undefined {
    return this.#values === 0 ? undefined : this.#changes / this.#values;
  }

  /** Adds a frame of the film, and its drawing, of the same size. */
  add({ rgb: film }: Picture, { rgb: drawing }: Picture): void {
    const before = this.#before;
    this.#before = { film, drawing };
    if (!before) return;
    const change = (one: Uint8Array, other: Uint8Array, i: number) => Math.abs(one[i]! - other[i]!);
    for (let i = 0; i < film.length; i += 3) {
      if ([i, i + 1, i + 2].some((at) => change(film, before.film, at) > still)) continue;
      for (let at = i; at < i + 3; at++) this.#changes += change(drawing, before.drawing, at);
      this.#values += 3;
    }
  }
}
