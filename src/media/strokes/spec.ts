/** What a preset says of strokes. */
import { colourNamed } from '../../colour/names.js';
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
  /** Where each stroke is drawn with one of these pens, which it chooses, and widths and colours are theirs. */
  readonly pens?: readonly PenSpec[] | undefined;
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

/** More than anybody changes by hand. */
export const mostPens = 32;

export interface PenSpec {
  /** A name, `#rgb` or `#rrggbb`: that of a line on white paper, or on black paper where the pen gives light. */
  readonly colour: string;
  /** In pixels of a drawing whose longest side is 256. */
  readonly width: number;
}

/** Whether strokes have colours of their own: all else is black ink, or white chalk. */
export const isColoured = ({
  colours,
  pens,
  material,
}: Pick<StrokesSpec, 'colours' | 'pens' | 'material'>): boolean => {
  const plain = material === 'chalk' ? 255 : 0;
  if (pens) return pens.some(({ colour }) => colourNamed(colour)!.some((level) => level !== plain));
  return colours === 'photo';
};

/** The colours of their canvas: black ink or white chalk on grey paper needs no more than one. */
export const strokesSpace = (spec: Parameters<typeof isColoured>[0], paper: Rgb): ColourSpace =>
  !isColoured(spec) && paper.every((level) => level === paper[0]) ? grey : rgb;
