/** How much arithmetic a graph is. */
import type { Graph } from './graph.js';
import { intAttribute, type Node } from './node.js';
import { sizeOf } from './tensor.js';

/**
 * Multiplications and additions of the convolutions and matrix products of a graph that depend on its inputs. The rest of a
 * network's arithmetic is small beside them; what depends on constants only is computed when the model is loaded.
 */
export function countFlops(graph: Graph): number {
  const varying = new Set(graph.inputs);
  let flops = 0;
  for (const node of graph.nodes) {
    if (!node.inputs.some((input) => varying.has(input))) continue;
    for (const output of node.outputs) varying.add(output);
    flops += nodeFlops(graph, node);
  }
  return flops;
}

/** Those of a single node; 0 for all but convolutions and matrix products. */
export function nodeFlops(graph: Graph, node: Node): number {
  const [a, b] = node.inputs as [string, string];
  const output = () => sizeOf(graph.shape(node.outputs[0]!));
  switch (node.opType) {
    // Each element of the output is a sum over a kernel [out, in/group, …], or of the input over one [in, out/group, …].
    case 'Conv':
      return 2 * output() * sizeOf(graph.shape(b).slice(1));
    case 'ConvTranspose':
      return 2 * sizeOf(graph.shape(a)) * sizeOf(graph.shape(b).slice(1));
    case 'MatMul':
      return 2 * output() * graph.shape(a).at(-1)!;
    case 'Gemm':
      return 2 * output() * graph.shape(a)[intAttribute(node, 'transA', 0) === 1 ? 0 : 1]!;
    default:
      return 0;
  }
}
