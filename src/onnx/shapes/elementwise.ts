/** Shapes of operators that work element by element. */
import { intAttribute } from '../node.js';
import { type DType, dtypeOf } from '../tensor.js';
import { broadcastShapes, type ShapeContext, type ShapeRule, type ShapeRules, shownSides } from './context.js';

export const sameAsInput: ShapeRule = (c) => [c.valueType(0)];

/** All inputs broadcast together; the result has the type of the first, or the one given. */
export function broadcast(c: ShapeContext, dtype: DType = c.dtype(0), inputs = c.node.inputs.map((_, i) => i)) {
  const shapes = inputs.map((input) => c.sides(input));
  const shape = broadcastShapes(shapes);
  if (!shape) c.fail(`the shapes ${shapes.map(shownSides).join(' and ')} do not broadcast`);
  return [{ dtype, shape: shape! }];
}

const arithmetic: ShapeRule = (c) => broadcast(c);
const comparison: ShapeRule = (c) => broadcast(c, 'bool');

export const elementwise: ShapeRules = {
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Pow: arithmetic,
  Min: arithmetic,
  Max: arithmetic,
  Sum: arithmetic,
  Mean: arithmetic,
  Mod: arithmetic,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  Equal: comparison,
  And: comparison,
  Or: comparison,
  Where: (c) => broadcast(c, c.dtype(1)),
  Not: sameAsInput,
  Neg: sameAsInput,
  Abs: sameAsInput,
  Sign: sameAsInput,
  Round: sameAsInput,
  Sqrt: sameAsInput,
  Exp: sameAsInput,
  Log: sameAsInput,
  Sigmoid: sameAsInput,
  HardSigmoid: sameAsInput,
  Tanh: sameAsInput,
  Relu: sameAsInput,
  LeakyRelu: sameAsInput,
  Clip: sameAsInput,
  Identity: sameAsInput,
  CastLike: (c) => [{ dtype: c.dtype(1), shape: c.sides(0) }],
  Cast: (c) => [{ dtype: dtypeOf(intAttribute(c.node, 'to', 0)), shape: c.sides(0) }],
};
