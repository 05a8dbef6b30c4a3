/** Folding of what works element by element. */
import { intAttribute } from '../node.js';
import { isFloat } from '../tensor.js';
import { broadcastTo, type FoldContext, type FoldRule, type FoldRules } from './context.js';

const unary =
  (f: (x: number) => number): FoldRule =>
  (c) => [c.values(0).map(f)];

/** All inputs broadcast together, combined from left to right. */
const combined =
  (f: (a: number, b: number, isWhole: boolean) => number): FoldRule =>
  (c) => {
    const isWhole = !isFloat(c.dtype(0));
    // Rounded at each step, as who computes in single precision does.
    const rounded = c.dtype(0) === 'float32' ? Math.fround : (value: number) => value;
    const [first, ...others] = c.node.inputs.map((_, i) => broadcastTo(c.values(i), c.shape(i), c.y.shape));
    return [others.reduce((a, b) => a.map((x, i) => rounded(f(x, b[i]!, isWhole))), first!)];
  };

const compared = (f: (a: number, b: number) => boolean): FoldRule => combined((a, b) => Number(f(a, b)));

/** Half to even, as ONNX rounds. */
function round(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  // Of -0.5 it is -0.
  return below % 2 === 0 ? below : below + 1 || -0;
}

/** The remainder has the sign of the divisor, or with fmod that of what is divided. */
const remainder = (a: number, b: number, fmod: boolean): number => {
  const rest = a % b;
  return fmod || rest === 0 || rest < 0 === b < 0 ? rest : rest + b;
};

/** As far as a number of the other type can be: others are left to who runs the graph. */
const cast: FoldRule = (c) => {
  const values = c.values(0);
  const { dtype } = c.y;
  if (dtype === 'bool') return [values.map((value) => (value === 0 ? 0 : 1))];
  return [isFloat(dtype) ? values : values.map(Math.trunc)];
};

function clip(c: FoldContext): number[][] {
  const bound = (input: number, otherwise: number) => (c.has(input) ? c.values(input)[0]! : otherwise);
  const [least, most] = [bound(1, Number.NEGATIVE_INFINITY), bound(2, Number.POSITIVE_INFINITY)];
  return [c.values(0).map((value) => Math.min(Math.max(value, least), most))];
}

export const elementwise: FoldRules = {
  Add: combined((a, b) => a + b),
  Sub: combined((a, b) => a - b),
  Mul: combined((a, b) => a * b),
  Div: combined((a, b, isWhole) => (isWhole ? Math.trunc(a / b) : a / b)),
  Mod: (c) => combined((a, b) => remainder(a, b, intAttribute(c.node, 'fmod', 0) === 1))(c),
  Pow: combined((a, b) => a ** b),
  Min: combined((a, b) => Math.min(a, b)),
  Max: combined((a, b) => Math.max(a, b)),
  Sum: combined((a, b) => a + b),
  Equal: compared((a, b) => a === b),
  Greater: compared((a, b) => a > b),
  GreaterOrEqual: compared((a, b) => a >= b),
  Less: compared((a, b) => a < b),
  LessOrEqual: compared((a, b) => a <= b),
  And: combined((a, b) => a & b),
  Or: combined((a, b) => a | b),
  Xor: combined((a, b) => a ^ b),
  Not: unary((x) => 1 - x),
  Where: (c) => {
    const [condition, a, b] = [0, 1, 2].map((i) => broadcastTo(c.values(i), c.shape(i), c.y.shape));
    return [condition!.map((value, i) => (value ? a![i]! : b![i]!))];
  },
  Identity: unary((x) => x),
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(round),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Relu: unary((x) => Math.max(0, x)),
  Clip: clip,
  Cast: cast,
  CastLike: cast,
};
