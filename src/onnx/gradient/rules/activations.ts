/** Gradients of activations. At a bend they are PyTorch's. */
import { floatAttribute, stringAttribute, type Value } from '../../node.js';
import type { GradientContext, GradientRules, RuleContext } from '../context.js';

/** Defaults of Selu, as float32 has them. */
const selu = { alpha: 1.6732631921768188, gamma: 1.0507010221481323 };

const alpha = ({ node }: RuleContext, otherwise = 1): number => floatAttribute(node, 'alpha', otherwise);

/** dy where x is positive, elsewhere what it is times something. */
const positive = ({ dy, a, o }: GradientContext, elsewhere: Value): Value =>
  o.where(o.greater(a, 0), dy, o.mul(dy, elsewhere));

export const activations: GradientRules = {
  LeakyRelu: [({ dy, a, node, o }) => o.where(o.greater(a, 0), dy, o.mul(dy, floatAttribute(node, 'alpha', 0.01)))],
  PRelu: [(c) => positive(c, c.b), ({ dy, a, o }) => o.where(o.greater(a, 0), 0, o.mul(dy, a))],
  ThresholdedRelu: [(c) => c.o.where(c.o.greater(c.a, alpha(c)), c.dy, 0)],

  // With α·(eˣ - 1) for y below zero, α·eˣ is y + α.
  Elu: [(c) => positive(c, c.o.add(c.y, alpha(c)))],
  Celu: [(c) => positive(c, c.o.add(c.o.div(c.y, alpha(c)), 1))],
  Selu: [
    (c) => {
      const gamma = floatAttribute(c.node, 'gamma', selu.gamma);
      const below = c.o.add(c.y, gamma * alpha(c, selu.alpha));
      return c.o.mul(c.dy, c.o.where(c.o.greater(c.a, 0), gamma, below));
    },
  ],

  HardSigmoid: [
    ({ dy, y, node, o }) => {
      const slope = floatAttribute(node, 'alpha', 0.2);
      return o.where(o.and(o.greater(y, 0), o.less(y, 1)), o.mul(dy, slope), 0);
    },
  ],
  HardSwish: [
    ({ dy, a, o }) => {
      const between = o.mul(dy, o.add(o.div(a, 3), 0.5));
      return o.where(o.less(a, -3), 0, o.where(o.greater(a, 3), dy, between));
    },
  ],
  Shrink: [
    ({ dy, a, node, o }) => {
      const lambda = floatAttribute(node, 'lambd', 0.5);
      return o.where(o.less(a, -lambda), dy, o.where(o.greater(a, lambda), dy, 0));
    },
  ],

  Softplus: [({ dy, a, o }) => o.mul(dy, o.sigmoid(a))],
  Softsign: [
    ({ dy, a, o }) => {
      const scale = o.add(1, o.abs(a));
      return o.div(dy, o.mul(scale, scale));
    },
  ],
  Mish: { formula: ({ a, o, graph }) => o.mul(a, o.tanh(graph.add('Softplus', [a]))) },
  Gelu: {
    formula: (c) => {
      const share = stringAttribute(c.node, 'approximate', 'none') === 'tanh' ? c.o.tanh(cubic(c)) : erfOf(c);
      return c.o.mul(c.o.mul(0.5, c.a), c.o.add(1, share));
    },
  },

  Softmax: [
    (c) => {
      const weighted = c.o.mul(c.dy, c.y);
      return c.o.sub(weighted, c.o.mul(c.y, c.o.reduceSum(weighted, [c.axisAttribute(-1)], true)));
    },
  ],
  LogSoftmax: [(c) => c.o.sub(c.dy, c.o.mul(c.o.exp(c.y), c.o.reduceSum(c.dy, [c.axisAttribute(-1)], true)))],
};

const erfOf = ({ a, o }: RuleContext): Value => o.erf(o.mul(a, Math.SQRT1_2));

/** √(2/π) · (x + 0.044715 x³), the tanh form of Gelu. */
const cubic = ({ a, o }: RuleContext): Value =>
  o.mul(Math.sqrt(2 / Math.PI), o.add(a, o.mul(0.044715, o.mul(a, o.mul(a, a)))));
