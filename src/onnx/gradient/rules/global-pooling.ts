/** Gradients of pools by maximum and by norm, over windows and over everything. */
import { intAttribute, type Value } from '../../node.js';
import { areKnown, product, type Side, times } from '../../sides.js';
import { sizeOf } from '../../tensor.js';
import { knownAxes, windowAxes } from '../../window.js';
import type { GradientContext, GradientRules, RuleContext } from '../context.js';
import { orOne } from './norms.js';

export const globalPooling: GradientRules = {
  // One window, in which the first of equal maxima takes it all.
  GlobalMaxPool: { formula: greatest },

  GlobalLpPool: {
    formula: (c) => root(c, c.o.reduceSum(powers(c), [...c.sides(0).keys()].slice(2), true)),
  },

  // Sums over windows are a convolution with ones, channel by channel.
  LpPool: {
    formula: (c) => {
      const [images, channels, ...sides] = c.sides(0) as [Side, Side, ...Side[]];
      const axes = knownAxes(windowAxes(c.node, c.sides(0)));
      const kernel = axes.map((axis) => axis.kernel);
      c.limit(sizeOf(kernel));
      const ones = c.graph.constant(c.dtype(0), Array<number>(sizeOf(kernel)).fill(1), [1, 1, ...kernel]);
      // In ceil mode windows reach past the padding.
      const ends = axes.map(({ input, output, stride, dilation, kernel: side, begin }) =>
        Math.max(0, (output - 1) * stride + dilation * (side - 1) + 1 - begin - input),
      );
      const sums = c.o.conv(c.o.reshape(powers(c), [times(images, channels), 1, ...sides]), ones, {
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

function greatest(c: RuleContext): Value {
  const { a, o, graph } = c;
  const [images, channels, ...sides] = c.sides(0) as [Side, Side, ...Side[]];
  if (areKnown(sides)) return graph.add('MaxPool', [a], { kernel_shape: sides });
  const outputs = ['values', 'places'].map((name) => graph.unusedName(`${a}/${name}`));
  const [first] = graph.node('TopK', [o.reshape(a, [images, channels, product(sides)]), graph.constant('int64', [1])], {
    outputs,
  });
  return o.reshape(first!, [images, channels, ...sides.map(() => 1)]);
}

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
  const flat = c.o.reshape(c.dy, [product(c.graph.sides(c.dy))]);
  return c.o.gather(flat, c.b);
}
