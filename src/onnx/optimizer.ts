/** The Adam optimizer as nodes of a graph. */
import type { Graph } from './graph.js';
import type { Value } from './node.js';
import { Operators } from './operators.js';

export interface AdamConstants {
  /** Decay of the average of gradients, in [0, 1). */
  readonly beta1: number;
  /** Decay of the average of squared gradients, in [0, 1). */
  readonly beta2: number;
  /** Added to the denominator, > 0. */
  readonly epsilon: number;
}

export interface AdamInputs {
  readonly parameter: Value;
  readonly gradient: Value;
  /** Running averages of the gradient and of its square, of the parameter's shape; zeros before the first step. */
  readonly expAvg: Value;
  readonly expAvgSq: Value;
  /** int64[]: how many steps have been taken. */
  readonly step: Value;
  /** float32[]. */
  readonly learningRate: Value;
}

export interface AdamOutputs {
  readonly parameter: Value;
  readonly expAvg: Value;
  readonly expAvgSq: Value;
  readonly step: Value;
}

/**
 * Appends one step of Adam with bias correction (Kingma & Ba 2015, algorithm 1; ε outside the square root, as in PyTorch):
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − lr · m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε).
 */
export function appendAdam(graph: Graph, inputs: AdamInputs, { beta1, beta2, epsilon }: AdamConstants): AdamOutputs {
  const o = new Operators(graph);
  const { parameter, gradient } = inputs;
  const step = o.add(inputs.step, 1);
  const expAvg = o.add(o.mul(inputs.expAvg, beta1), o.mul(gradient, 1 - beta1));
  const expAvgSq = o.add(o.mul(inputs.expAvgSq, beta2), o.mul(o.mul(gradient, gradient), 1 - beta2));
  const taken = o.cast(step, graph.dtype(parameter));
  const size = o.div(inputs.learningRate, oneMinusPower(o, beta1, taken));
  const scale = o.sqrt(oneMinusPower(o, beta2, taken));
  const denominator = o.add(o.div(o.sqrt(expAvgSq), scale), epsilon);
  return { parameter: o.sub(parameter, o.mul(size, o.div(expAvg, denominator))), expAvg, expAvgSq, step };
}

/**
 * 1 − βᵗ. In float32 the plain formula loses half of its digits for β = 0.999 and t = 1. With u = −t·ln β it is 1 − e⁻ᵘ =
 * 2T / (1 + T), T = tanh(u/2), which loses none.
 */
function oneMinusPower(o: Operators, beta: number, exponent: Value): Value {
  if (beta === 0) return o.graph.constant(o.graph.dtype(exponent), [1], []);
  const half = o.tanh(o.mul(exponent, -Math.log(beta) / 2));
  return o.div(o.mul(half, 2), o.add(half, 1));
}
