/** The canvas itself as what is drawn with: each of its values is a parameter. */
import { colourIn, toSpace } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { resample } from '../../image/resample.js';
import { Operators } from '../../onnx/index.js';
import type { Medium } from '../medium.js';
import { addNoise } from './noise.js';
import { type Bound, type PixelsSpec, paperOf, perChannel, spaceOf } from './spec.js';

/** The name of the parameter. */
const name = 'pixels';

export function pixels(spec: PixelsSpec): Medium {
  const { lower, upper } = spec;
  const space = spaceOf(spec.colours);
  return {
    space,
    isPerPixel: true,
    slots: ({ height, width }) => ({ [name]: [1, space.length, height, width] }),
    startsFromPhoto: spec.start === 'photo',
    start({ height, width }, photo) {
      if (spec.start === 'photo') return { [name]: toSpace(photo!, space) };
      const canvas = new Float32Array(space.length * height * width);
      colourIn(space, paperOf(spec)).forEach((value, channel) => {
        canvas.fill(value, channel * height * width, (channel + 1) * height * width);
      });
      if (spec.start === 'noise') addNoise(canvas);
      return { [name]: canvas };
    },
    append: (_graph, parameters) => parameters[name]!,
    resizing(from, to) {
      // A loss that is a mean over pixels is shared out among as many, and so is its gradient.
      const share = areaOf(from) / areaOf(to);
      return {
        [name]: {
          // Means of neighbours, which are within their range.
          values: (values) => resample(values, from, to),
          gradients: (averages, power) => resample(averages, from, to).map((value) => value * share ** power),
        },
      };
    },
    constrain(graph, parameters) {
      const o = new Operators(graph);
      // Rounded as the canvas is.
      const bound = (end: Bound) =>
        graph.constant('float32', [...Float32Array.from(perChannel(end, space))], [1, space.length, 1, 1]);
      return { [name]: o.min(o.max(parameters[name]!, bound(lower)), bound(upper)) };
    },
  };
}

const areaOf = ({ height, width }: Size): number => height * width;
