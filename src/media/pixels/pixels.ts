/** The canvas itself as what is drawn with: each of its values is a parameter. */
import { caffe } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { Operators } from '../../onnx/index.js';
import type { Medium } from '../medium.js';
import { type Bound, type PixelsSpec, perChannel } from './spec.js';

/** The name of the parameter. */
const name = 'pixels';

export const pixels = ({ start, lower, upper }: PixelsSpec): Medium => ({
  space: caffe,
  isPerPixel: true,
  slots: ({ height, width }) => ({ [name]: [1, caffe.length, height, width] }),
  start: (size) => ({ [name]: blankCanvas(start, size) }),
  append: (_graph, parameters) => parameters[name]!,
  constrain(graph, parameters) {
    const o = new Operators(graph);
    // Rounded as the canvas is.
    const bound = (end: Bound) =>
      graph.constant('float32', [...Float32Array.from(perChannel(end))], [1, caffe.length, 1, 1]);
    return { [name]: o.min(o.max(parameters[name]!, bound(lower)), bound(upper)) };
  },
});

/** A canvas of one colour, float32[3, H, W]. */
function blankCanvas(colour: PixelsSpec['start'], { height, width }: Size): Float32Array {
  const canvas = new Float32Array(caffe.length * height * width);
  perChannel(colour).forEach((value, channel) => {
    canvas.fill(value, channel * height * width, (channel + 1) * height * width);
  });
  return canvas;
}
