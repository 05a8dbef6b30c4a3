/** What a preset says of pixels. */
import { caffe, colourIn } from '../../colour/spaces.js';

/** An end of the range of canvas values: a number in the canvas' space, or that end of the photo's own range. */
export type Bound = number | 'black' | 'white';

export interface PixelsSpec {
  /** The colour of the blank paper. */
  readonly start: 'black' | 'white';
  /** The range that every value is clipped to after a step. */
  readonly lower: Bound;
  readonly upper: Bound;
}

/** The value of a bound in each channel of the canvas. */
export function perChannel(bound: Bound): number[] {
  if (typeof bound === 'number') return caffe.map(() => bound);
  const level = bound === 'black' ? 0 : 255;
  return colourIn(caffe, [level, level, level]);
}
