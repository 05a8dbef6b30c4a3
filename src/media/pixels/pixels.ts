/** The canvas itself as what is drawn with: each of its values is a parameter. */
import { caffe, colourIn } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { Operators } from '../../onnx/index.js';
import type { Medium } from '../medium.js';

/** An end of the range of canvas values: a number in the canvas' space, or that end of the photo's own range. */
export type Bound = number | 'black' | 'white';

export interface PixelsSpec {
  /** The colour of the blank paper. */
  readonly start: 'black' | 'white';
  /** The range that every value is clipped to after a step. */
  readonly lower: Bound;
  readonly upper: Bound;
}

const [black, white] = [0, 255].map((level) => colourIn(caffe, [level, level, level])) as [number[], number[]];

/** The name of the parameter. */
const pixelsName = 'pixels';

export const pixels = ({ start, lower, upper }: PixelsSpec): Medium => ({
  space: caffe,
  isPerPixel: true,
  slots: ({ height, width }) => ({ [pixelsName]: [1, caffe.length, height, width] }),
  start: (size) => ({ [pixelsName]: blankCanvas(start, size) }),
  append: (_graph, parameters) => parameters[pixelsName]!,
  constrain(graph, parameters) {
    const o = new Operators(graph);
    const bound = (end: Bound) => graph.constant('float32', [...perChannel(end)], [1, caffe.length, 1, 1]);
    return { [pixelsName]: o.min(o.max(parameters[pixelsName]!, bound(lower)), bound(upper)) };
  },
});

/** A canvas of one colour, float32[3, H, W]. */
function blankCanvas(colour: 'black' | 'white', { height, width }: Size): Float32Array {
  const canvas = new Float32Array(caffe.length * height * width);
  (colour === 'white' ? white : black).forEach((value, channel) => {
    canvas.fill(value, channel * height * width, (channel + 1) * height * width);
  });
  return canvas;
}

/** The value of a bound in each channel, rounded as the canvas is. */
function perChannel(bound: Bound): Float32Array {
  if (typeof bound === 'number') return Float32Array.from(caffe, () => bound);
  return Float32Array.from(bound === 'black' ? black : white);
}
