/** Shapes of what makes tensors out of sides, bounds and chance. */
import { intAttribute, intsAttribute } from '../node.js';
import { isOpen, known, minus, quotientUp, type Side } from '../sides.js';
import { type DType, dtypeOf } from '../tensor.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './context.js';

/** The element type that an attribute names. */
function stated(c: ShapeContext, otherwise: DType, name = 'dtype'): DType {
  const number = intAttribute(c.node, name, 0);
  return number === 0 ? otherwise : dtypeOf(number);
}

const random: ShapeRule = (c) => [{ dtype: stated(c, 'float32'), shape: intsAttribute(c.node, 'shape') ?? [] }];
const like: ShapeRule = (c) => [{ dtype: stated(c, c.dtype(0)), shape: c.sides(0) }];
const windowOf: ShapeRule = (c) => [{ dtype: stated(c, 'float32', 'output_datatype'), shape: [c.constant(0)] }];

/** How many numbers there are from a start to an end, which is left out. */
function steps(c: ShapeContext): Side {
  const [start, limit] = [c.element(0), c.element(1)];
  const delta = c.constant(2);
  if (delta === 0) c.fail('its step is 0');
  const count = quotientUp(minus(limit, start), delta);
  return isOpen(count) && delta > 0 ? count : Math.max(0, known(count));
}

export const generators: ShapeRules = {
  ConstantOfShape: (c) => {
    const held = c.node.attributes.value;
    const dtype = typeof held === 'object' && 'tensor' in held ? held.tensor.dtype : 'float32';
    return [{ dtype, shape: c.elements(0) }];
  },
  Range: (c) => [{ dtype: c.dtype(0), shape: [steps(c)] }],
  EyeLike: like,
  RandomNormal: random,
  RandomUniform: random,
  RandomNormalLike: like,
  RandomUniformLike: like,
  Bernoulli: like,
  Multinomial: (c) => [{ dtype: stated(c, 'int32'), shape: [c.sides(0)[0]!, intAttribute(c.node, 'sample_size', 1)] }],
  HannWindow: windowOf,
  HammingWindow: windowOf,
  BlackmanWindow: windowOf,
  MelWeightMatrix: (c) => [
    {
      dtype: stated(c, 'float32', 'output_datatype'),
      shape: [Math.floor(c.constant(1) / 2) + 1, c.constant(0)],
    },
  ],
};
