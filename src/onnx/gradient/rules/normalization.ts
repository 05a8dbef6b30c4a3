/** Gradients of normalizations: each is a formula of means and quotients, in the inference and in the training form. */
import { floatAttribute, intAttribute, type Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import { known, product, type Side } from '../../sides.js';
import type { Shape } from '../../tensor.js';
import type { GradientRules, RuleContext } from '../context.js';
import { orOne } from './norms.js';

export const normalization: GradientRules = {
  BatchNormalization: { formula: batchNormalization },

  // [N, C, …]: each channel of each picture by itself.
  InstanceNormalization: {
    formula: (c) => {
      const { normal } = standardize(c.o, c.a, spatial(c), epsilon(c));
      return c.o.add(c.o.mul(normal, perChannel(c, c.b)), perChannel(c, c.node.inputs[2]!));
    },
  },

  GroupNormalization: { formula: groupNormalization },

  LayerNormalization: {
    formula: (c) => {
      const axes = [...c.sides(0).keys()].slice(c.axisAttribute(-1));
      const { normal, mean, deviation } = standardize(c.o, c.a, axes, epsilon(c));
      const scaled = c.o.mul(normal, c.b);
      const bias = c.optional(2);
      return [bias ? c.o.add(scaled, bias) : scaled, mean, c.o.div(1, deviation)];
    },
  },

  MeanVarianceNormalization: {
    formula: (c) => {
      const attribute = c.node.attributes.axes;
      const axes = Array.isArray(attribute) ? attribute : [0, 2, 3];
      const centred = c.o.sub(c.a, c.o.reduceMean(c.a, axes, true));
      const deviation = c.o.sqrt(c.o.reduceMean(c.o.mul(centred, centred), axes, true));
      // The epsilon that the standard's own formula has.
      return c.o.div(centred, c.o.add(deviation, 1e-9));
    },
  },

  // A vector of zeros stays one, and has no gradient.
  LpNormalization: {
    formula: (c) => {
      const isFirst = intAttribute(c.node, 'p', 2) === 1;
      const axes = [c.axisAttribute(-1)];
      const size = c.o.reduceSum(isFirst ? c.o.abs(c.a) : c.o.mul(c.a, c.a), axes, true);
      const norm = isFirst ? orOne(c.o, size) : c.o.sqrt(orOne(c.o, size));
      return c.o.div(c.o.where(c.o.equal(size, 0), 0, c.a), norm);
    },
  },

  LRN: { formula: localResponse },
};

const epsilon = ({ node }: RuleContext): number => floatAttribute(node, 'epsilon', 1e-5);

/** The axes from the third on. */
const spatial = (c: RuleContext): number[] => [...c.sides(0).keys()].slice(2);

/** A value [C] as it broadcasts with [N, C, …]. */
const perChannel = (c: RuleContext, value: Value): Value =>
  c.o.reshape(value, [product(c.graph.sides(value)), ...spatial(c).map(() => 1)]);

/** (x - mean) / √(variance + ε) over some axes. */
function standardize(o: Operators, x: Value, axes: Shape, epsilon: number) {
  const mean = o.reduceMean(x, axes, true);
  const centred = o.sub(x, mean);
  const variance = o.reduceMean(o.mul(centred, centred), axes, true);
  const deviation = o.sqrt(o.add(variance, epsilon));
  return { normal: o.div(centred, deviation), mean, variance, deviation };
}

/** In the training form with the statistics of the batch, and with what these make of the running ones as further outputs. */
function batchNormalization(c: RuleContext): Value[] {
  const { o, a } = c;
  const [scale, bias, mean, variance] = c.node.inputs.slice(1) as [Value, Value, Value, Value];
  if (intAttribute(c.node, 'training_mode', 0) === 0) {
    const slope = o.div(scale, o.sqrt(o.add(variance, epsilon(c))));
    return [o.add(o.mul(a, perChannel(c, slope)), perChannel(c, o.sub(bias, o.mul(mean, slope))))];
  }
  const batch = standardize(o, a, [0, ...spatial(c)], epsilon(c));
  const y = o.add(o.mul(batch.normal, perChannel(c, scale)), perChannel(c, bias));
  const momentum = floatAttribute(c.node, 'momentum', 0.9);
  const running = (before: Value, now: Value) =>
    o.add(o.mul(before, momentum), o.mul(o.reshape(now, c.graph.sides(before)), 1 - momentum));
  return [y, running(mean, batch.mean), running(variance, batch.variance)];
}

/** Scale and bias are those of a group in operator set 18, and those of a channel from 21 on. */
function groupNormalization(c: RuleContext): Value {
  const { o } = c;
  const [images, channels, ...sides] = c.sides(0) as [Side, Side, ...Side[]];
  const groups = intAttribute(c.node, 'num_groups', 1);
  const grouped = o.reshape(c.a, [images, groups, product([known(channels) / groups, ...sides])]);
  const { normal } = standardize(o, grouped, [2], epsilon(c));
  const [scale, bias] = [c.b, c.node.inputs[2]!];
  if (c.sides(1)[0] === groups) {
    const perGroup = (value: Value) => o.reshape(value, [groups, 1]);
    return o.reshape(o.add(o.mul(normal, perGroup(scale)), perGroup(bias)), c.sides(0));
  }
  return o.add(o.mul(o.reshape(normal, c.sides(0)), perChannel(c, scale)), perChannel(c, bias));
}

/** x / (bias + α/size · Σ x²)^β, with the sum over `size` neighbouring channels as a product with a band of ones. */
function localResponse(c: RuleContext): Value {
  const { o, a, node } = c;
  const [images] = c.sides(0) as [Side];
  const channels = known(c.sides(0)[1]!);
  const size = intAttribute(node, 'size', 1);
  c.limit(channels * channels);
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
  const band = Array.from({ length: channels * channels }, (_, i) => {
    const distance = (i % channels) - Math.floor(i / channels);
    return distance >= -before && distance <= after ? 1 : 0;
  });
  const flat = o.reshape(o.mul(a, a), [images, channels, product(c.sides(0).slice(2))]);
  const sums = o.matMul(c.graph.constant(c.dtype(0), band, [channels, channels]), flat);
  const scaled = o.mul(o.reshape(sums, c.sides(0)), floatAttribute(node, 'alpha', 1e-4) / size);
  const base = o.add(scaled, floatAttribute(node, 'bias', 1));
  return o.div(a, o.pow(base, floatAttribute(node, 'beta', 0.75)));
}
