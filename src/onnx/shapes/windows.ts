/** Shapes of convolutions and pools. */
import { intAttribute } from '../node.js';
import type { Side } from '../sides.js';
import { transposedAxes, windowAxes } from '../window.js';
import { mayBeSame, type ShapeContext, type ShapeRules } from './context.js';

function pooled(c: ShapeContext): Side[] {
  const shape = c.sides(0);
  if (shape.length < 2) c.fail('its input has to have images and channels');
  return [shape[0]!, shape[1]!, ...windowAxes(c.node, shape).map((axis) => axis.output)];
}

export const windows: ShapeRules = {
  Conv: (c) => {
    const [input, kernel] = [c.sides(0), c.shape(1)];
    const group = intAttribute(c.node, 'group', 1);
    if (
      input.length < 2 ||
      input.length !== kernel.length ||
      !mayBeSame(input[1]!, kernel[1]! * group) ||
      kernel[0]! % group !== 0
    ) {
      c.fail(`a kernel [${kernel.join(', ')}] in ${group} group(s) does not fit an input [${input.join(', ')}]`);
    }
    const axes = windowAxes(c.node, input, kernel.slice(2));
    return [{ dtype: c.dtype(0), shape: [input[0]!, kernel[0]!, ...axes.map((axis) => axis.output)] }];
  },

  ConvTranspose: (c) => {
    const [input, kernel] = [c.sides(0), c.shape(1)];
    const group = intAttribute(c.node, 'group', 1);
    if (
      input.length < 2 ||
      kernel.length !== input.length ||
      !mayBeSame(input[1]!, kernel[0]!) ||
      kernel[0]! % group !== 0
    ) {
      c.fail(`a kernel [${kernel.join(', ')}] in ${group} group(s) does not fit an input [${input.join(', ')}]`);
    }
    const sides = transposedAxes(c.node, input, kernel.slice(2)).map((axis) => axis.input);
    return [{ dtype: c.dtype(0), shape: [input[0]!, kernel[1]! * group, ...sides] }];
  },

  MaxPool: (c) => {
    const shape = pooled(c);
    return [
      { dtype: c.dtype(0), shape },
      { dtype: 'int64', shape },
    ];
  },

  // Only with its output shape given, the one form in which nothing has to be guessed.
  MaxUnpool: (c) => [{ dtype: c.dtype(0), shape: c.elements(2) }],

  AveragePool: (c) => [{ dtype: c.dtype(0), shape: pooled(c) }],

  GlobalAveragePool: (c) => [{ dtype: c.dtype(0), shape: c.sides(0).map((side, axis) => (axis < 2 ? side : 1)) }],
};
