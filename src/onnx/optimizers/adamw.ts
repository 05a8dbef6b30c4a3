/** AdamW as nodes of a graph: Adam whose parameters decay by themselves. */
import { mapNamed } from '../named.js';
import { Operators } from '../operators.js';
import { type AdamConstants, adam, appendBiasCorrection, averages } from './adam.js';
import type { TrainingOptimizer } from './optimizer.js';

export interface AdamWConstants extends AdamConstants {
  /** How much of a parameter goes in a step of learning rate 1, ≥ 0. */
  readonly weightDecay: number;
}

/** PyTorch's. */
export const defaultAdamW: AdamWConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2, as in PyTorch: the decay goes with the learning rate): p ← p · (1 − lr · λ), then a step
 * of Adam.
 */
export function adamW(constants: Partial<AdamWConstants> = {}): TrainingOptimizer {
  const { weightDecay, ...rest } = { ...defaultAdamW, ...constants };
  const { resize: _, ...plain } = adam(rest);
  return {
    ...plain,
    moments: averages,
    scalars: (step, learningRate) => ({ ...plain.scalars(step, learningRate), kept: 1 - learningRate * weightDecay }),
    appendScalars(graph, step, learningRate) {
      const o = new Operators(graph);
      const { size, scale } = appendBiasCorrection(graph, step, learningRate, rest);
      const kept = o.sub(1, o.mul(learningRate, weightDecay));
      return { step_size: size, second_moment_scale: scale, kept };
    },
    append(context) {
      const o = new Operators(context.graph);
      const decayed = mapNamed(context.parameters, (parameter) => o.mul(parameter, context.scalars.kept!));
      return plain.append({ ...context, parameters: decayed });
    },
  };
}
