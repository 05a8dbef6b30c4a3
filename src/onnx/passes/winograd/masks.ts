/** What gradients are multiplied with to go one way or another. */
import type { Graph } from '../../graph.js';
import type { Value } from '../../node.js';
import { Operators } from '../../operators.js';
import { after } from '../after.js';
import { clampedToSign } from '../clamp-relus.js';

/** The gradient where a mask, bools of the same shape, is true, and zeros elsewhere. The mask takes a byte per element until then. */
export function where(graph: Graph, gradient: Value, mask: Value): Value {
  const o = new Operators(graph);
  return o.mul(gradient, o.cast(after(graph, mask, [gradient]), 'float32'));
}

/** 1 where an element is above zero, else 0. */
export const isPositive = (graph: Graph, value: Value): Value => graph.add('HardSigmoid', [value], clampedToSign);
