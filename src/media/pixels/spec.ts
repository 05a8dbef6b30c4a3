/** What a preset says of pixels. */
import { colourNamed } from '../../colour/names.js';
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

/** The colour of the blank paper: white where the photo has yet to choose it. */
export const paperOf = ({ start = 'paper', paper = 'white' }: Pick<PixelsSpec, 'start' | 'paper'>): Rgb =>
  colourNamed(start) ?? colourNamed(paper) ?? [255, 255, 255];

/** The canvas' own space. */
export const spaceOf = (colours: PixelsSpec['colours']): ColourSpace => (colours === 'grey' ? grey : caffe);

/** The value of a bound in each channel of a canvas. */
export const perChannel = (bound: Bound, space: ColourSpace): number[] =>
  typeof bound === 'number' ? space.map(() => bound) : colourIn(space, colourNamed(bound)!);
