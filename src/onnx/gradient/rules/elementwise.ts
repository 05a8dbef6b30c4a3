/** Gradients of operators that work element by element. Broadcasting is undone by differentiate(). */
import type { Value } from '../../node.js';
import { type GradientContext, type GradientRules, stop } from '../context.js';
import { isOfSquares, orOne } from './norms.js';

export const elementwise: GradientRules = {
  Identity: [({ dy }) => dy],
  Cast: [({ dy, a, o, graph }) => o.cast(dy, graph.dtype(a))],

  CastLike: [({ dy, a, o, graph }) => o.cast(dy, graph.dtype(a)), stop],

  Neg: [({ dy, o }) => o.neg(dy)],
  Abs: [(c) => c.o.mul(c.dy, c.sign(c.a))],
  Sqrt: [(c) => c.o.div(c.dy, c.o.mul(2, isOfSquares(c) ? orOne(c.o, c.y) : c.y))],
  Reciprocal: [({ dy, y, o }) => o.neg(o.mul(dy, o.mul(y, y)))],
  Exp: [({ dy, y, o }) => o.mul(dy, y)],
  Log: [({ dy, a, o }) => o.div(dy, a)],
  Sigmoid: [({ dy, y, o }) => o.mul(dy, o.mul(y, o.sub(1, y)))],
  Tanh: [({ dy, y, o }) => o.mul(dy, o.sub(1, o.mul(y, y)))],
  // The output serves as the mask, so that the input need not be kept and Conv + Relu can be fused.
  // Passes know this form: passes/patterns.ts.
  Relu: [(c) => (c.supports('Sign') ? c.o.mul(c.dy, c.o.sign(c.y)) : c.o.where(c.o.greater(c.y, 0), c.dy, 0))],

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
    (c) => {
      // A square's, without the power: it takes as long as 30 products.
      if (c.graph.constantValues(c.b)?.join() === '2') return c.o.mul(c.dy, c.o.mul(c.a, 2));
      const slope = c.o.mul(exponent(c), c.o.pow(c.a, c.o.sub(exponent(c), 1)));
      // 0 · 0⁻¹ is nothing, where x⁰ is one at zero too.
      const mayBeZero = c.graph.constantValues(c.b)?.includes(0) ?? true;
      return c.o.mul(c.dy, mayBeZero ? c.o.where(c.o.equal(exponent(c), 0), 0, slope) : slope);
    },
    (c) => {
      const flat = c.o.and(c.o.equal(c.a, 0), c.o.not(c.o.less(exponent(c), 0)));
      return c.o.mul(c.dy, c.o.where(flat, 0, c.o.mul(c.y, c.o.log(c.a))));
    },
  ],
  Sum: ({ dy }) => dy,
  Mean: ({ dy, node, o }) => o.div(dy, node.inputs.length),
  Min: extremum,
  Max: extremum,
  // a - b · n with a whole number n, which is constant but for jumps.
  Mod: [({ dy }) => dy, ({ dy, a, b, y, o }) => o.mul(dy, o.div(o.sub(y, a), b))],
  Where: [null, ({ dy, a, o }) => o.where(a, dy, 0), ({ dy, a, o }) => o.where(a, 0, dy)],
};

/** Inputs that are the same extremum share what comes back equally, as in PyTorch. */
function extremum({ dy, y, node, o, graph }: GradientContext, input: number): Value {
  if (node.inputs.length === 1) return dy;
  const holds = (value: Value) => o.cast(o.equal(value, y), graph.dtype(dy));
  const count = node.inputs.map(holds).reduce((a, b) => o.add(a, b));
  return o.mul(o.div(dy, count), holds(node.inputs[input]!));
}

/** The exponent of Pow in the type of its base: ONNX lets it be an integer. */
function exponent({ a, b, o, graph }: GradientContext): Value {
  return graph.dtype(b) === graph.dtype(a) ? b : o.cast(b, graph.dtype(a));
}

/** Where Clip's input is below its bound; nowhere if it has none. */
function below({ a, node, o }: GradientContext): Value {
  return o.less(a, node.inputs[1] || Number.NEGATIVE_INFINITY);
}

/** Where Clip's input is above its bound; nowhere if it has none. */
function above({ a, node, o }: GradientContext): Value {
  return o.greater(a, node.inputs[2] || Number.POSITIVE_INFINITY);
}
