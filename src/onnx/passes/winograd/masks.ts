/** What gradients are multiplied with to go one way or another. */
import type { Graph } from '../../graph.js';
import type { Value } from '../../node.js';
import { Operators } from '../../operators.js';

/**
 * A mask, bools, as numbers to multiply a gradient with. To be appended before the gradient: of what a node reads, ONNX Runtime computes
 * first what comes last in the model, so that the mask takes a byte per element until the gradient is there.
 */
export function asNumbers(graph: Graph, mask: Value): Value {
  return new Operators(graph).cast(mask, 'float32');
}

/**
 * 1 where an element is above zero, else 0. HardSigmoid, max(0, min(1, αx + β)), says so for any normal float with an α large
 * enough; it takes a seventh of Sign's time on two cores, of which Sign uses one, and ONNX Runtime computes it in the blocked
 * layout of convolutions.
 */
export function isPositive(graph: Graph, value: Value): Value {
  return graph.add('HardSigmoid', [value], { alpha: { float: 1e38 }, beta: { float: 0 } });
}
