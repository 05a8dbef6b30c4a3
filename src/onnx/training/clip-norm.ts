/** Clipping gradients by their norm, as nodes of a graph. */
import type { Graph } from '../graph.js';
import { mapNamed, type Named } from '../named.js';
import type { Value } from '../node.js';
import { Operators } from '../operators.js';

export interface ClippedGradients {
  readonly gradients: Named<Value>;
  /** Before they were clipped, float32[]. */
  readonly norm: Value;
}

/**
 * Scales gradients so that all of them together, as one vector, are no longer than `most`: as PyTorch's clip_grad_norm_, by
 * most / (norm + 1e-6) where that is less than 1.
 */
export function clipNorm(graph: Graph, gradients: Named<Value>, most: number): ClippedGradients {
  const o = new Operators(graph);
  const squares = Object.values(gradients).map((gradient) =>
    o.reduceSum(o.mul(gradient, gradient), [...graph.sides(gradient).keys()], false),
  );
  const norm = o.sqrt(squares.reduce(o.add));
  const scale = o.min(o.div(most, o.add(norm, 1e-6)), 1);
  return { gradients: mapNamed(gradients, (gradient) => o.mul(gradient, scale)), norm };
}
