/** A phase of a drawing as it is computed. */
import type { Objective } from '../objectives/objective.js';
import type { Optimizer } from '../onnx/optimizers/optimizer.js';

export interface Phase {
  /** What a person calls it: the layer that it looks at. */
  readonly label: string;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** Whether the optimizer goes on with what it kept in the phase before. */
  readonly keepOptimizer: boolean;
  readonly iterations: number;
  /** The learning rate of an iteration, counted from 0. */
  learningRateAt(iteration: number): number;
}
