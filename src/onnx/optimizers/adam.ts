/** The Adam optimizer as nodes of a graph. */
import type { Graph } from '../graph.js';
import { mapNamed } from '../named.js';
import type { Value } from '../node.js';
import { Operators } from '../operators.js';
import { nameFor, type Optimizer } from './optimizer.js';

export interface AdamConstants {
  /** Decay of the average of gradients, in [0, 1). */
  readonly beta1: number;
  /** Decay of the average of squared gradients, in [0, 1). */
  readonly beta2: number;
  /** Added to the denominator, > 0. */
  readonly epsilon: number;
}

/** What a step is taken with: the averages have the parameter's shape and are zeros before the first step. */
export interface AdamState {
  readonly parameter: Value;
  readonly gradient: Value;
  /** Running averages of the gradient and of its square. */
  readonly expAvg: Value;
  readonly expAvgSq: Value;
}

export interface AdamInputs extends AdamState {
  /** int64[]: how many steps have been taken. */
  readonly step: Value;
  /** float32[]. */
  readonly learningRate: Value;
}

/** The two numbers in which a step depends on how many there were before it; as values of a graph, float32[]. */
export interface BiasCorrection<T> {
  /** lr / (1−β₁ᵗ) */
  readonly size: T;
  /** √(1−β₂ᵗ) */
  readonly scale: T;
}

export interface AdamStateOutputs {
  readonly parameter: Value;
  readonly expAvg: Value;
  readonly expAvgSq: Value;
}

export interface AdamOutputs extends AdamStateOutputs {
  readonly step: Value;
}

/**
 * Appends one step of Adam with bias correction (Kingma & Ba 2015, algorithm 1; ε outside the square root, as in PyTorch):
 * m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − lr · m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε).
 */
export function appendAdam(graph: Graph, inputs: AdamInputs, constants: AdamConstants): AdamOutputs {
  const o = new Operators(graph);
  const step = o.add(inputs.step, 1);
  const averages = appendAverages(o, inputs, constants);
  const correction = appendBiasCorrection(graph, step, inputs.learningRate, constants);
  return { parameter: appendDescent(o, inputs.parameter, averages, correction, constants), ...averages, step };
}

/** As {@link biasCorrection}, in the graph. @param step int64, the number of the step, the first being 1. */
export function appendBiasCorrection(
  graph: Graph,
  step: Value,
  learningRate: Value,
  { beta1, beta2 }: AdamConstants,
): BiasCorrection<Value> {
  const o = new Operators(graph);
  const taken = o.cast(step, graph.dtype(learningRate));
  const size = o.div(learningRate, oneMinusPower(o, beta1, taken));
  return { size, scale: o.sqrt(oneMinusPower(o, beta2, taken)) };
}

/** As {@link appendAdam}, where the caller counts the steps and gives what {@link biasCorrection} makes of the count. */
export function appendCorrectedAdam(
  graph: Graph,
  inputs: AdamState & BiasCorrection<Value>,
  constants: AdamConstants,
): AdamStateOutputs {
  const o = new Operators(graph);
  const averages = appendAverages(o, inputs, constants);
  return { parameter: appendDescent(o, inputs.parameter, averages, inputs, constants), ...averages };
}

/** The bias correction of a step. @param step its number, the first being 1. */
export function biasCorrection(
  step: number,
  learningRate: number,
  { beta1, beta2 }: AdamConstants,
): BiasCorrection<number> {
  return { size: learningRate / (1 - beta1 ** step), scale: Math.sqrt(1 - beta2 ** step) };
}

/** Adam for drawings, which count the steps themselves: its slots are `exp_avg` and `exp_avg_sq` of each parameter. */
export const adam = (constants: AdamConstants): Optimizer => ({
  isElementwise: true,
  slots: (parameters) =>
    Object.fromEntries(
      Object.entries(parameters).flatMap(([name, shape]) =>
        averages.map((average) => [nameFor(average, name, parameters), shape]),
      ),
    ),
  scalars(step, learningRate) {
    const { size, scale } = biasCorrection(step, learningRate, constants);
    return { step_size: size, second_moment_scale: scale };
  },
  append({ graph, parameters, gradients, slots, scalars, constrain }) {
    const correction = { size: scalars.step_size!, scale: scalars.second_moment_scale! };
    const next: Record<string, Value> = {};
    const stepped = mapNamed(parameters, (parameter, name) => {
      const [expAvg, expAvgSq] = averages.map((average) => nameFor(average, name, parameters)) as [string, string];
      const state = { parameter, gradient: gradients[name]!, expAvg: slots[expAvg]!, expAvgSq: slots[expAvgSq]! };
      const after = appendCorrectedAdam(graph, { ...state, ...correction }, constants);
      Object.assign(next, { [expAvg]: after.expAvg, [expAvgSq]: after.expAvgSq });
      return after.parameter;
    });
    return { parameters: constrain(stepped), slots: next };
  },
  resize: (slots, resizing) =>
    Object.fromEntries(
      Object.entries(resizing).flatMap(([parameter, { gradients }]) =>
        averages.map((average, i) => {
          const name = nameFor(average, parameter, resizing);
          return [name, gradients(slots[name]!, i + 1)];
        }),
      ),
    ),
});

/** What Adam keeps: of the gradient's first power, and of its second. */
export const averages = ['exp_avg', 'exp_avg_sq'] as const;

interface Averages {
  readonly expAvg: Value;
  readonly expAvgSq: Value;
}

function appendAverages(o: Operators, { gradient, ...before }: AdamState, { beta1, beta2 }: AdamConstants): Averages {
  const expAvg = o.add(o.mul(before.expAvg, beta1), o.mul(gradient, 1 - beta1));
  const expAvgSq = o.add(o.mul(before.expAvgSq, beta2), o.mul(o.mul(gradient, gradient), 1 - beta2));
  return { expAvg, expAvgSq };
}

function appendDescent(
  o: Operators,
  parameter: Value,
  { expAvg, expAvgSq }: Averages,
  { size, scale }: BiasCorrection<Value>,
  { epsilon }: AdamConstants,
): Value {
  const denominator = o.add(o.div(o.sqrt(expAvgSq), scale), epsilon);
  return o.sub(parameter, o.mul(size, o.div(expAvg, denominator)));
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
