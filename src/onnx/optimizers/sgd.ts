/** Gradient descent, with momentum, as nodes of a graph. */
import { Operators } from '../operators.js';
import { nameFor, type TrainingOptimizer } from './optimizer.js';

export interface SgdConstants {
  /** How much of the last step's direction goes into this one's, in [0, 1). */
  readonly momentum: number;
  /** How much of a parameter is added to its gradient, ≥ 0. */
  readonly weightDecay: number;
}

/**
 * Stochastic gradient descent as in PyTorch: g ← g + λp, m ← μm + g, p ← p − lr · m; without momentum (μ = 0, the default, as is λ = 0)
 * p ← p − lr · g, and nothing is kept.
 */
export function sgd({ momentum = 0, weightDecay = 0 }: Partial<SgdConstants> = {}): TrainingOptimizer {
  const moments = momentum === 0 ? [] : ['momentum'];
  return {
    isElementwise: true,
    moments,
    slots: (parameters) =>
      Object.fromEntries(
        moments.flatMap((base) =>
          Object.entries(parameters).map(([name, shape]) => [nameFor(base, name, parameters), shape]),
        ),
      ),
    scalars: (_step, learningRate) => ({ learning_rate: learningRate }),
    appendScalars: (_graph, _step, learningRate) => ({ learning_rate: learningRate }),
    append({ graph, parameters, gradients, slots, scalars, constrain }) {
      const o = new Operators(graph);
      const [next, kept]: [Record<string, string>, Record<string, string>] = [{}, {}];
      for (const [name, parameter] of Object.entries(parameters)) {
        const decay = weightDecay === 0 ? [] : [o.mul(parameter, weightDecay)];
        let direction = decay.reduce(o.add, gradients[name]!);
        for (const base of moments) {
          const slot = nameFor(base, name, parameters);
          direction = o.add(o.mul(slots[slot]!, momentum), direction);
          kept[slot] = direction;
        }
        next[name] = o.sub(parameter, o.mul(scalars.learning_rate!, direction));
      }
      return { parameters: constrain(next), slots: kept };
    },
  };
}
