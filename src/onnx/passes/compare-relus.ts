/** The gradient of a ReLU in the form that is fastest on the CPU. */
import { Graph } from '../graph.js';
import { Operators } from '../operators.js';
import { dtypeNumber } from '../tensor.js';
import { signedRelu } from './patterns.js';

/**
 * A graph with gradients that computes the same numbers: of y = Relu(x), Sign(y) becomes y > 0 as a number, for which ONNX Runtime has
 * vector instructions (measured: gradient and all in 0.64 of 1.2 ms for 800 thousand values). Not for drawings, which keep masks, or
 * convolutions in Winograd's form, and know the gradient by its Sign.
 */
export function compareRelus(graph: Graph): Graph {
  if (!graph.nodes.some((node) => signedRelu(graph, node) !== undefined)) return graph;
  const compared = Graph.withInputsOf(graph, true);
  const o = new Operators(compared);
  for (const node of graph.nodes) {
    const y = signedRelu(graph, node);
    if (y === undefined) {
      compared.copy(graph, node);
      continue;
    }
    const { name, outputs } = node;
    const attributes = { to: dtypeNumber(graph.dtype(y)) };
    compared.node('Cast', [o.greater(y, 0)], { name, outputs, attributes });
  }
  compared.outputs.push(...graph.outputs);
  return compared;
}
