/** The gradient of a ReLU in the form that is fastest on the CPU. */
import { Graph } from '../graph.js';
import type { Attributes } from '../node.js';
import { Operators } from '../operators.js';
import { dtypeNumber } from '../tensor.js';
import { signedRelu } from './patterns.js';

/**
 * Attributes of HardSigmoid, max(0, min(1, αx + β)), with an α so large that it is 1 for any normal float above zero, else 0. It takes a
 * seventh of Sign's time on two cores, of which Sign uses one, and ONNX Runtime computes it in the blocked layout of convolutions.
 */
export const clampedToSign: Attributes = { alpha: { float: 1e38 }, beta: { float: 0 } };

/**
 * A graph with gradients that computes the same numbers: of y = Relu(x), Sign(y) is clamped, and where there is no kernel for that (of types
 * other than float32) compared with zero, for which ONNX Runtime has vector instructions too. Not for drawings, which keep masks and know
 * the gradient by its Sign.
 */
export function clampRelus(graph: Graph): Graph {
  if (!graph.nodes.some((node) => signedRelu(graph, node) !== undefined)) return graph;
  const clamped = Graph.withInputsOf(graph, true);
  const o = new Operators(clamped);
  for (const node of graph.nodes) {
    const y = signedRelu(graph, node);
    const { name, outputs } = node;
    if (y === undefined) clamped.copy(graph, node);
    else if (graph.dtype(y) === 'float32')
      clamped.node('HardSigmoid', [y], { name, outputs, attributes: clampedToSign });
    else clamped.node('Cast', [o.greater(y, 0)], { name, outputs, attributes: { to: dtypeNumber(graph.dtype(y)) } });
  }
  clamped.outputs.push(...graph.outputs);
  return clamped;
}
