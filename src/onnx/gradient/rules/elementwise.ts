/** Gradients of operators that work element by element. Broadcasting is undone by differentiate(). */
import { floatAttribute } from '../../node.js';
import type { GradientContext, GradientRules } from '../context.js';

export const elementwise: GradientRules = {
  Identity: [({ dy }) => dy],
  Cast: [({ dy, a, o, graph }) => o.cast(dy, graph.dtype(a))],

  Neg: [({ dy, o }) => o.neg(dy)],
  Abs: [
    (c) =>
      c.supports('Sign')
        ? c.o.mul(c.dy, c.o.sign(c.a))
        : c.o.where(c.o.greater(c.a, 0), c.dy, c.o.where(c.o.less(c.a, 0), c.o.neg(c.dy), 0)),
  ],
  Sqrt: [({ dy, y, o }) => o.div(dy, o.mul(2, y))],
  Exp: [({ dy, y, o }) => o.mul(dy, y)],
  Log: [({ dy, a, o }) => o.div(dy, a)],
  Sigmoid: [({ dy, y, o }) => o.mul(dy, o.mul(y, o.sub(1, y)))],
  Tanh: [({ dy, y, o }) => o.mul(dy, o.sub(1, o.mul(y, y)))],
  // The output serves as the mask, so that the input need not be kept and Conv + Relu can be fused.
  // Passes know this form: passes/patterns.ts.
  Relu: [(c) => (c.supports('Sign') ? c.o.mul(c.dy, c.o.sign(c.y)) : c.o.where(c.o.greater(c.y, 0), c.dy, 0))],
  LeakyRelu: [({ dy, a, node, o }) => o.where(o.less(a, 0), o.mul(dy, floatAttribute(node, 'alpha', 0.01)), dy)],

  // The bounds themselves pass the gradient on, as in PyTorch's clamp.
  Clip: [
    (c) => c.o.where(below(c), 0, c.o.where(above(c), 0, c.dy)),
    (c) => c.o.where(below(c), c.dy, 0),
    (c) => c.o.where(above(c), c.dy, 0),
  ],

  Add: [({ dy }) => dy, ({ dy }) => dy],
  Sub: [({ dy }) => dy, ({ dy, o }) => o.neg(dy)],
  Mul: [({ dy, b, o }) => o.mul(dy, b), ({ dy, a, o }) => o.mul(dy, a)],
  Div: [({ dy, b, o }) => o.div(dy, b), ({ dy, b, y, o }) => o.neg(o.div(o.mul(dy, y), b))],
  Pow: [
    (c) => c.o.mul(c.dy, c.o.mul(exponent(c), c.o.pow(c.a, c.o.sub(exponent(c), 1)))),
    ({ dy, a, y, o }) => o.mul(dy, o.mul(y, o.log(a))),
  ],
  Sum: ({ dy }) => dy,
  Where: [null, ({ dy, a, o }) => o.where(a, dy, 0), ({ dy, a, o }) => o.where(a, 0, dy)],
};

/** The exponent of Pow in the type of its base: ONNX lets it be an integer. */
function exponent({ a, b, o, graph }: GradientContext): string {
  return graph.dtype(b) === graph.dtype(a) ? b : o.cast(b, graph.dtype(a));
}

/** Where Clip's input is below its bound; nowhere if it has none. */
function below({ a, node, o }: GradientContext): string {
  return o.less(a, node.inputs[1] || Number.NEGATIVE_INFINITY);
}

/** Where Clip's input is above its bound; nowhere if it has none. */
function above({ a, node, o }: GradientContext): string {
  return o.greater(a, node.inputs[2] || Number.POSITIVE_INFINITY);
}
