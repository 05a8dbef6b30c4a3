/** Shapes of arithmetic in integers that stand for floats. */
import type { Side } from '../sides.js';
import { windowAxes } from '../window.js';
import type { ShapeContext, ShapeRules } from './context.js';
import { matrixProduct } from './linear.js';

/** A convolution's sides. @param kernel which input is the kernel. */
function convolved(c: ShapeContext, kernel: number): Side[] {
  const [input, weights] = [c.sides(0), c.shape(kernel)];
  if (input.length < 3 || weights.length !== input.length) c.fail('its kernel does not have the rank of its input');
  const axes = windowAxes(c.node, input, weights.slice(2));
  return [input[0]!, weights[0]!, ...axes.map(({ output }) => output)];
}

export const quantized: ShapeRules = {
  DynamicQuantizeLinear: (c) => [
    { dtype: 'uint8', shape: c.sides(0) },
    { dtype: 'float32', shape: [] },
    { dtype: 'uint8', shape: [] },
  ],
  MatMulInteger: (c) => [{ dtype: 'int32', shape: matrixProduct(c, 0, 1) }],
  QLinearMatMul: (c) => [{ dtype: c.dtype(7), shape: matrixProduct(c, 0, 3) }],
  ConvInteger: (c) => [{ dtype: 'int32', shape: convolved(c, 1) }],
  QLinearConv: (c) => [{ dtype: c.dtype(7), shape: convolved(c, 3) }],
};
