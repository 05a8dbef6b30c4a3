/** What an optimizer is: named tensors that it keeps from step to step, numbers that a step depends on, and a step as nodes. */
import type { Graph } from '../graph.js';
import type { Named } from '../named.js';
import type { Value } from '../node.js';
import type { Shape } from '../tensor.js';

/** What a step is appended to. */
export interface StepContext {
  readonly graph: Graph;
  readonly parameters: Named<Value>;
  /** The loss differentiated by each parameter, under the parameters' names. */
  readonly gradients: Named<Value>;
  readonly slots: Named<Value>;
  /** float32[] each. */
  readonly scalars: Named<Value>;
  /** Appends what keeps parameters where they may be: a step ends there. */
  constrain(parameters: Named<Value>): Named<Value>;
}

export interface StepOutputs {
  readonly parameters: Named<Value>;
  /** All but those that are passed on. */
  readonly slots: Named<Value>;
}

/** How what belongs to a parameter is taken over to a canvas of another size that shows the same. */
export interface Resizing {
  /** The parameter's values there. */
  values(values: Float32Array): Float32Array;
  /**
   * What goes with a power of its gradient there, of a loss that is a mean over the canvas: averages of gradients with the first, of their
   * squares with the second. It is negative only where it was.
   */
  gradients(averages: Float32Array, power: number): Float32Array;
}

export interface Optimizer {
  /** What it keeps for parameters of these shapes, all float32 and zeros before the first step. */
  slots(parameters: Named<Shape>): Named<Shape>;
  /**
   * The numbers that a step depends on beside tensors.
   * @param step its number since the slots were zeros, the first being 1.
   */
  scalars(step: number, learningRate: number): Named<number>;
  /** Slots that take over what another one held, by their names; a step need not copy it. Left out: none. */
  passedOn?(parameters: Named<unknown>): Named<string>;
  /** Appends a step. What it gives has the names of what it is given. */
  append(context: StepContext): StepOutputs;
  /** What it has kept, for a canvas of another size: a step there is as large as it would have been here. Left out: it begins anew there. */
  resize?(slots: Named<Float32Array>, resizing: Named<Resizing>): Named<Float32Array>;
  /** Whether it looks at each element of a parameter by itself, so that it may step in pieces. */
  readonly isElementwise: boolean;
}

/** An optimizer that trains networks: a graph can count its steps for it. */
export interface TrainingOptimizer extends Optimizer {
  /** What its slots are called, before `of parameter`: averages of the gradient first, of its square second. */
  readonly moments: readonly string[];
  /**
   * Appends what {@link Optimizer.scalars} gives.
   * @param step int64[], as there. @param learningRate float32[].
   */
  appendScalars(graph: Graph, step: Value, learningRate: Value): Named<Value>;
}

/** The name of what belongs to a parameter: `exp_avg` where that is the only one, else `exp_avg of points`. */
export const nameFor = (base: string, parameter: string, parameters: Named<unknown>): string =>
  Object.keys(parameters).length === 1 ? base : `${base} of ${parameter}`;
