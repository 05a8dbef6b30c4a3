/** What passes rely on in the graphs that they are given: forms that the rules of gradients write. */
import type { Graph } from '../graph.js';
import type { Node, Value } from '../node.js';

/** Relu's gradient is dy · Sign(y): the y of such a Sign, which is never negative. Undefined for any other node. */
export function signedRelu(graph: Graph, { opType, domain, inputs }: Node): Value | undefined {
  if (opType !== 'Sign' || domain !== '') return undefined;
  return graph.producer(inputs[0]!)?.opType === 'Relu' ? inputs[0] : undefined;
}
