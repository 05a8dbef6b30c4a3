/** Gradients around quantization: of the scale of what is dequantized, and straight through where that is asked for. */
import { intAttribute, type Value } from '../../node.js';
import { type DType, isFloat } from '../../tensor.js';
import { type GradientContext, type GradientRules, type RuleContext, stop } from '../context.js';

export const quantization: GradientRules = {
  // (x - zero) · scale, with whole numbers that may come from a QuantizeLinear.
  DequantizeLinear: [(c) => c.o.mul(c.dy, alongAxis(c, c.b)), scaleBack, null],

  // Only where differentiate() is asked to go straight through. What saturates has no gradient.
  QuantizeLinear: [quantizedBack, stop, null],
};

/** A scale or a zero, one for all or one for each place of an axis, as it broadcasts with the first input. */
function alongAxis(c: RuleContext, value: Value): Value {
  const shape = c.graph.shape(value);
  if (shape.length > 1 || intAttribute(c.node, 'block_size', 0) > 0) c.fail('there is no gradient rule for blocks');
  if (shape.length === 0) return value;
  const after = c.sides(0).slice((shape[0] === 1 ? c.rank(0) - 1 : c.axisAttribute(1)) + 1);
  return c.o.reshape(value, [shape[0]!, ...after.map(() => 1)]);
}

/** The zero of the third input, in the type of the scale. */
function zeroOf(c: RuleContext): Value | undefined {
  const zero = c.optional(2);
  return zero === undefined ? undefined : alongAxis(c, c.o.cast(zero, c.dtype(1)));
}

/** Summed by differentiate(), where the scale is that of more than one element. */
function scaleBack(c: GradientContext): Value {
  const { o, graph } = c;
  const x = o.cast(c.a, c.dtype(1));
  const zero = zeroOf(c);
  const part = o.mul(c.dy, zero === undefined ? x : o.sub(x, zero));
  const scale = graph.shape(alongAxis(c, c.b));
  const offset = c.rank(0) - scale.length;
  const axes = [...c.sides(0).keys()].filter((axis) => axis < offset || scale[axis - offset] === 1);
  return o.reshape(o.reduceSum(part, axes, false), c.shape(1));
}

function quantizedBack(c: GradientContext): Value {
  const { o, graph } = c;
  const [least, most] = rangeOf(graph.dtype(c.y)) ?? c.fail('there is no gradient rule for what it quantizes to');
  const scale = alongAxis(c, c.b);
  const steps = o.div(c.a, scale);
  const zero = zeroOf(c);
  const place = zero === undefined ? steps : o.add(steps, zero);
  const isWithin = o.and(o.not(o.less(place, least - 0.5)), o.not(o.greater(place, most + 0.5)));
  return o.where(isWithin, o.div(c.dy, scale), 0);
}

/** The least and the greatest number of an integer type. */
function rangeOf(dtype: DType): [number, number] | undefined {
  const bits = Number(/\d+$/.exec(dtype)?.[0]);
  if (isFloat(dtype) || !(bits > 0)) return undefined;
  return dtype.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}
