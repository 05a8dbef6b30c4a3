/** Shapes of convolutions and pools. */
import { intAttribute, intsAttribute, stringAttribute } from '../node.js';
import { windowAxes, windowInts } from '../window.js';
import type { ShapeContext, ShapeRules } from './context.js';

function pooled(c: ShapeContext): number[] {
  const shape = c.shape(0);
  if (shape.length < 2) c.fail('its input has to have images and channels');
  return [shape[0]!, shape[1]!, ...windowAxes(c.node, shape).map((axis) => axis.output)];
}

export const windows: ShapeRules = {
  Conv: (c) => {
    const [input, kernel] = [c.shape(0), c.shape(1)];
    const group = intAttribute(c.node, 'group', 1);
    if (
      input.length < 2 ||
      input.length !== kernel.length ||
      input[1] !== kernel[1]! * group ||
      kernel[0]! % group !== 0
    ) {
      c.fail(`a kernel [${kernel.join(', ')}] in ${group} group(s) does not fit an input [${input.join(', ')}]`);
    }
    const axes = windowAxes(c.node, input, kernel.slice(2));
    return [{ dtype: c.dtype(0), shape: [input[0]!, kernel[0]!, ...axes.map((axis) => axis.output)] }];
  },

  ConvTranspose: (c) => {
    const [input, kernel] = [c.shape(0), c.shape(1)];
    const count = input.length - 2;
    if (count < 0 || kernel.length !== input.length) c.fail('its kernel does not have the rank of its input');
    const [strides, dilations] = [windowInts(c.node, 'strides', count, 1), windowInts(c.node, 'dilations', count, 1)];
    const extra = windowInts(c.node, 'output_padding', count, 0);
    const pads = windowInts(c.node, 'pads', 2 * count, 0);
    if (intsAttribute(c.node, 'output_shape') || stringAttribute(c.node, 'auto_pad', 'NOTSET') !== 'NOTSET') {
      c.fail('output_shape and auto_pad are not supported; give pads and output_padding');
    }
    if (input[1] !== kernel[0]) c.fail(`a kernel [${kernel.join(', ')}] does not fit an input [${input.join(', ')}]`);
    const sides = input.slice(2).map((side, i) => {
      const extent = dilations[i]! * (kernel[2 + i]! - 1) + 1;
      return strides[i]! * (side - 1) + extra[i]! + extent - pads[i]! - pads[count + i]!;
    });
    const channels = kernel[1]! * intAttribute(c.node, 'group', 1);
    return [{ dtype: c.dtype(0), shape: [input[0]!, channels, ...sides] }];
  },

  MaxPool: (c) => {
    const shape = pooled(c);
    return [
      { dtype: c.dtype(0), shape },
      { dtype: 'int64', shape },
    ];
  },

  // Only with its output shape given, the one form in which nothing has to be guessed.
  MaxUnpool: (c) => [{ dtype: c.dtype(0), shape: c.constants(2) }],

  AveragePool: (c) => [{ dtype: c.dtype(0), shape: pooled(c) }],

  GlobalAveragePool: (c) => [{ dtype: c.dtype(0), shape: c.shape(0).map((side, axis) => (axis < 2 ? side : 1)) }],
};
