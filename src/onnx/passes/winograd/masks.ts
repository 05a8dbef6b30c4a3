/** What gradients are multiplied with to go one way or another. */
import type { Graph } from '../../graph.js';
import type { Value } from '../../node.js';
import { Operators } from '../../operators.js';
import { after } from '../after.js';

/** The gradient where a mask, bools of the same shape, is true, and zeros elsewhere. The mask takes a byte per element until then. */
export function where(graph: Graph, gradient: Value, mask: Value): Value {
  const o = new Operators(graph);
  return o.mul(gradient, o.cast(after(graph, mask, [gradient]), 'float32'));
}

/**
 * 1 where an element is above zero, else 0. HardSigmoid, max(0, min(1, αx + β)), says so for any normal float with an α large
 * enough; it takes a seventh of Sign's time on two cores, of which Sign uses one, and ONNX Runtime computes it in the blocked
 * layout of convolutions.
 */
export function isPositive(graph: Graph, value: Value): Value {
  return graph.add('HardSigmoid', [value], { alpha: { float: 1e38 }, beta: { float: 0 } });
}
