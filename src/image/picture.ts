/** The one form in which pictures travel through the program. */

/** Colours in sRGB, without transparency. */
export interface Picture {
  /** Pixels, at least 1. */
  readonly width: number;
  /** Pixels, at least 1. */
  readonly height: number;
  /** [height, width, 3], 8 bits, R G B. */
  readonly rgb: Uint8Array;
}
