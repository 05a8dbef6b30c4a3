/** What a preset says of strokes. */
import { type ColourSpace, grey, type Rgb, rgb } from '../../colour/spaces.js';

export interface StrokesSpec {
  readonly kind: 'strokes';
  /** What they are drawn with. Default: ink. */
  readonly material?: 'ink' | 'chalk' | undefined;
  /** How many there are in the end. */
  readonly count: number;
  /** In how many rounds they come: few long ones first, then more and shorter ones where edges are missing. */
  readonly rounds: number;
  /** Their width when they are new, in the first and in the last round, in pixels of a drawing whose longest side is 256. */
  readonly width: readonly [number, number];
  /** Of the strokes of the first round, the shortest and the longest, in the same pixels. */
  readonly lengths: readonly [number, number];
  /** `ink`: all of one colour, which the preset names; `photo`: each begins with the photo's colour at its middle, and learns. */
  readonly colours: 'ink' | 'photo';
  /** How much tones count beside edges where new strokes are put. */
  readonly tone: number;
  /** What a stroke takes at the least, 0 to .9: a pen can't be thinned. Default: 0. */
  readonly opacity?: number | undefined;
  /** Strokes that are for tones alone, straight and parallel. Default: none. */
  readonly hatch?: Hatch | undefined;
}

export interface Hatch {
  /** Which ways they run, one after the other, in degrees from the right downwards. */
  readonly angles: readonly number[];
  /** How many of all strokes they are, above 0 and up to 1. */
  readonly share: number;
}

/** The colours of their canvas: black ink or white chalk on grey paper needs no more than one. */
export const strokesSpace = ({ colours }: Pick<StrokesSpec, 'colours'>, paper: Rgb): ColourSpace =>
  colours === 'ink' && paper.every((level) => level === paper[0]) ? grey : rgb;
