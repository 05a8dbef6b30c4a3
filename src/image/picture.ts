/** The one form in which pictures travel through the program. */

/** In pixels, each at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Colours in sRGB, without transparency. */
export interface Picture extends Size {
  /** [height, width, 3], 8 bits, R G B. */
  readonly rgb: Uint8Array;
}
