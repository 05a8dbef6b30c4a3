/** Gradients of the elementary functions: trigonometric, hyperbolic, and the error function. */
import type { Value } from '../../node.js';
import type { GradientContext, GradientRules } from '../context.js';

const square = ({ a, o }: GradientContext): Value => o.mul(a, a);
const cosh = ({ graph, a }: GradientContext): Value => graph.add('Cosh', [a]);
const sinh = ({ graph, a }: GradientContext): Value => graph.add('Sinh', [a]);

export const functions: GradientRules = {
  Sin: [({ dy, a, o }) => o.mul(dy, o.cos(a))],
  Cos: [({ dy, a, o }) => o.neg(o.mul(dy, o.sin(a)))],
  Tan: [({ dy, y, o }) => o.mul(dy, o.add(1, o.mul(y, y)))],
  Asin: [(c) => c.o.div(c.dy, c.o.sqrt(c.o.sub(1, square(c))))],
  Acos: [(c) => c.o.neg(c.o.div(c.dy, c.o.sqrt(c.o.sub(1, square(c)))))],
  Atan: [(c) => c.o.div(c.dy, c.o.add(square(c), 1))],

  Sinh: [(c) => c.o.mul(c.dy, cosh(c))],
  Cosh: [(c) => c.o.mul(c.dy, sinh(c))],
  Asinh: [(c) => c.o.div(c.dy, c.o.sqrt(c.o.add(square(c), 1)))],
  Acosh: [(c) => c.o.div(c.dy, c.o.sqrt(c.o.sub(square(c), 1)))],
  Atanh: [(c) => c.o.div(c.dy, c.o.sub(1, square(c)))],

  Erf: [(c) => c.o.mul(c.o.mul(2 / Math.sqrt(Math.PI), c.dy), c.o.exp(c.o.neg(square(c))))],
};
