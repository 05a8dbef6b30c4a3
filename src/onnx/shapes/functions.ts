/** Shapes of functions of a whole tensor: activations, normalizations and losses. */
import { intAttribute, stringAttribute } from '../node.js';
import { dtypeOf } from '../tensor.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './context.js';

const sameAsInput: ShapeRule = (c) => [c.valueType(0)];

const each = (operators: string, rule: ShapeRule): ShapeRules =>
  Object.fromEntries(operators.split(' ').map((operator) => [operator, rule]));

/** What is left for each element of a target [N, …] of a loss, or one number for all. */
const reducedLoss = (c: ShapeContext) => ({
  dtype: c.dtype(0),
  shape: stringAttribute(c.node, 'reduction', 'mean') === 'none' ? c.sides(1) : [],
});

export const functions: ShapeRules = {
  ...each('Elu Celu Selu PRelu ThresholdedRelu HardSwish Softplus Softsign Gelu Mish Shrink', sameAsInput),
  ...each('Softmax LogSoftmax Hardmax Reciprocal Erf Floor Ceil', sameAsInput),
  ...each('Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh', sameAsInput),
  ...each('InstanceNormalization GroupNormalization MeanVarianceNormalization LpNormalization LRN', sameAsInput),

  BatchNormalization: (c) => [c.valueType(0), c.valueType(3), c.valueType(4)],
  LayerNormalization: (c) => {
    const axis = c.axis(intAttribute(c.node, 'axis', -1), c.rank(0));
    const shape = c.sides(0).map((side, i) => (i < axis ? side : 1));
    return [c.valueType(0), { dtype: c.dtype(0), shape }, { dtype: c.dtype(0), shape }];
  },
  QuantizeLinear: (c) => {
    const given = intAttribute(c.node, 'output_dtype', 0);
    const dtype = c.has(2) ? c.dtype(2) : given ? dtypeOf(given) : 'uint8';
    return [{ dtype, shape: c.sides(0) }];
  },
  DequantizeLinear: (c) => [{ dtype: c.dtype(1), shape: c.sides(0) }],
  Dropout: (c) => [c.valueType(0), { dtype: 'bool', shape: c.sides(0) }],

  NegativeLogLikelihoodLoss: (c) => [reducedLoss(c)],
  SoftmaxCrossEntropyLoss: (c) => [reducedLoss(c), c.valueType(0)],
};
