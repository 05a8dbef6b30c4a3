/** Gradients of pools by maximum and by norm, over windows and over everything. */
import { intAttribute, type Value } from '../../node.js';
import { sizeOf } from '../../tensor.js';
import { windowAxes } from '../../window.js';
import type { GradientContext, GradientRules, RuleContext } from '../context.js';
import { orOne } from './norms.js';

export const globalPooling: GradientRules = {
  // One window, in which the first of equal maxima takes it all.
  GlobalMaxPool: { formula: ({ a, graph }) => graph.add('MaxPool', [a], { kernel_shape: graph.shape(a).slice(2) }) },

  GlobalLpPool: {
    formula: (c) => root(c, c.o.reduceSum(powers(c), [...c.shape(0).keys()].slice(2), true)),
  },

  // Sums over windows are a convolution with ones, channel by channel.
  LpPool: {
    formula: (c) => {
      const [images, channels, ...sides] = c.shape(0) as [number, number, ...number[]];
      const axes = windowAxes(c.node, c.shape(0));
      const kernel = axes.map((axis) => axis.kernel);
      c.limit(sizeOf(kernel));
      const ones = c.graph.constant(c.dtype(0), Array<number>(sizeOf(kernel)).fill(1), [1, 1, ...kernel]);
      // In ceil mode windows reach past the padding.
      const ends = axes.map(({ input, output, stride, dilation, kernel: side, begin }) =>
        Math.max(0, (output - 1) * stride + dilation * (side - 1) + 1 - begin - input),
      );
      const sums = c.o.conv(c.o.reshape(powers(c), [images * channels, 1, ...sides]), ones, {
        kernel_shape: kernel,
        strides: axes.map(({ stride }) => stride),
        dilations: axes.map(({ dilation }) => dilation),
        pads: [...axes.map(({ begin }) => begin), ...ends],
      });
      return root(c, c.o.reshape(sums, [images, channels, ...axes.map(({ output }) => output)]));
    },
  },

  MaxUnpool: [unpooled, null, null],
};

const power = ({ node }: RuleContext): number => intAttribute(node, 'p', 2);

const powers = (c: RuleContext): Value =>
  power(c) === 2 ? c.o.mul(c.a, c.a) : power(c) === 1 ? c.o.abs(c.a) : c.o.pow(c.o.abs(c.a), power(c));

/** The p-th root of a sum of powers. Of nothing but zeros it has no gradient. */
function root(c: RuleContext, sum: Value): Value {
  const positive = orOne(c.o, sum);
  const norm = power(c) === 2 ? c.o.sqrt(positive) : c.o.pow(positive, 1 / power(c));
  return c.o.where(c.o.equal(sum, 0), 0, norm);
}

/** The indices count through the whole output, as ONNX Runtime reads them. */
function unpooled(c: GradientContext): Value {
  const flat = c.o.reshape(c.dy, [sizeOf(c.graph.shape(c.dy))]);
  return c.o.gather(flat, c.b);
}
