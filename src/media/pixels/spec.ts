/** What a preset says of pixels. */
import { type ColourSpace, caffe, colourIn, grey, type Rgb } from '../../colour/spaces.js';

/** An end of the range of canvas values: a number in the canvas' space, or that end of the photo's own range. */
export type Bound = number | 'black' | 'white';

export interface PixelsSpec {
  /** Whether each pixel has three values, in network space, or one, from 0 to 255. Default: `rgb`. */
  readonly colours?: 'rgb' | 'grey' | undefined;
  /** The blank paper: a colour, where the start names none, or `auto`, which the photo chooses. Default: white. */
  readonly paper?: string | undefined;
  /** What the drawing begins with: its paper, the photo, noise round its paper, or paper of that colour. Default: `paper`. */
  readonly start?: 'paper' | 'photo' | 'noise' | 'white' | 'black' | undefined;
  /** The range that every value is clipped to after a step. */
  readonly lower: Bound;
  readonly upper: Bound;
}

const named: Readonly<Record<string, Rgb>> = { black: [0, 0, 0], white: [255, 255, 255] };

/** Colours that have a name. */
export const colourNames = Object.keys(named);

/** `white`, `black` or `#rrggbb` as R, G, B from 0 to 255; undefined for anything else. */
export function colourNamed(text: string): Rgb | undefined {
  if (Object.hasOwn(named, text)) return named[text];
  const [, ...pairs] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? [];
  const [red, green, blue] = pairs.map((pair) => Number.parseInt(pair, 16));
  return pairs.length === 3 ? [red!, green!, blue!] : undefined;
}

/** The colour of the blank paper: white where the photo has yet to choose it. */
export const paperOf = ({ start = 'paper', paper = 'white' }: Pick<PixelsSpec, 'start' | 'paper'>): Rgb =>
  named[start] ?? colourNamed(paper) ?? named.white!;

/** The canvas' own space. */
export const spaceOf = (colours: PixelsSpec['colours']): ColourSpace => (colours === 'grey' ? grey : caffe);

/** The value of a bound in each channel of a canvas. */
export const perChannel = (bound: Bound, space: ColourSpace): number[] =>
  typeof bound === 'number' ? space.map(() => bound) : colourIn(space, named[bound]!);
