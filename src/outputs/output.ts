/** One file of a drawing, and how all of them are named. */
import type { Picture } from '../image/picture.js';
import type { Strokes } from '../media/strokes/strokes.js';
import type { Plot } from '../plotting/plot.js';

export interface OutputPaths {
  /** The video. */
  readonly output?: string | undefined;
  /** The finished picture. */
  readonly still?: string | undefined;
  /** The folder of frames. */
  readonly frames?: string | undefined;
  /** Moments of the drawing on one sheet. */
  readonly sheet?: string | undefined;
  /** The loss of each iteration, an SVG or a picture by its name. */
  readonly plot?: string | undefined;
  /** The finished strokes as a picture of paths; from here on for drawings of strokes alone, see strokes.ts. */
  readonly svg?: string | undefined;
  /** One that draws itself. */
  readonly svgAnimated?: string | undefined;
  /** The video of the finished strokes, drawn one after the other. */
  readonly replay?: string | undefined;
  /** The sheet to copy them by, a PDF or a PNG by its name. */
  readonly steps?: string | undefined;
}

/** What a drawing came to. */
export interface Finished {
  readonly picture: Picture;
  /** Where it is made of them. */
  readonly strokes: Strokes | undefined;
  /** Where they are plotted. */
  readonly plot?: Plot | undefined;
  /** The loss of each iteration; NaN where it is not known any more. */
  readonly losses: readonly number[];
}

/** One of them, under a temporary name. What fails in it is an InputError where the person can mend it. */
export interface Output {
  /** The option that named it. */
  readonly field: keyof OutputPaths;
  readonly path: string;
  /** Adds a frame; resolves when the next one may come. */
  add(picture: Picture): Promise<void>;
  /** Completes it. */
  finish(finished: Finished): Promise<void>;
  /** Gives it its name or, where something has that, a free one like it. @returns which. */
  commit(): Promise<string>;
  /** Removes it where it has not got its name. */
  discard(): Promise<void>;
}
