/** Keeps less for the gradient: of a ReLU where it was positive, a byte for each value, and not the values. */
import { Graph } from '../graph.js';
import type { Attributes, Node, Value } from '../node.js';
import { dtypeNumber } from '../tensor.js';
import { signedRelu } from './patterns.js';

/**
 * A graph that computes the same numbers as one with gradients, and holds less memory on the way. The gradient of y = Relu(x) is
 * dy · Sign(y), for which y is held from forth to back; here the mask y > 0 is computed in its place as soon as y is there.
 *
 * "As soon" has to be said in data, because ONNX Runtime orders nodes by depth-first search from the outputs and so computes a mask
 * when the gradient is due. What comes out of a max-pool (and its ReLU), past which a network's values get fewer, has a zero added to
 * it that is computed from the masks before it: so all that follows waits for them. For those after the last pool the gradient waits.
 */
export function keepMasks(graph: Graph): Graph {
  const signs = signsOfRelus(graph);
  if (signs.size === 0) return graph;
  const kept = Graph.withInputsOf(graph);
  const masked = new Set(signs.values());
  /** Values that are read in the place of others from here on. */
  const instead = new Map<Value, Value>();
  const read = (value: Value): Value => instead.get(value) ?? value;
  let awaited: Value[] = [];
  const awaitMasks = (value: Value): void => {
    if (awaited.length > 0) instead.set(value, addZero(kept, value, awaited));
    awaited = [];
  };
  for (const node of graph.nodes) {
    if (signs.has(node.outputs[0]!)) continue;
    const y = node.opType === 'Mul' ? signs.get(node.inputs[1]!) : undefined;
    let inputs = node.inputs;
    if (y !== undefined) {
      awaitMasks(inputs[0]!);
      const sign = append(kept, 'Cast', [maskOf(y)], `${node.name}/sign`, { to: dtypeNumber(graph.dtype(y)) });
      inputs = [inputs[0]!, sign];
    }
    kept.copy(graph, node, { inputs: inputs.map(read) });
    const output = node.outputs[0]!;
    if (masked.has(output)) awaited.push(append(kept, 'Cast', [output], maskOf(output), { to: dtypeNumber('bool') }));
    if (endsPool(graph, node)) awaitMasks(output);
  }
  kept.outputs.push(...graph.outputs);
  return kept;
}

/** A max-pool's ReLU, or a max-pool without. Measured: waiting between the two costs a third more memory, by how ONNX Runtime then orders. */
function endsPool(graph: Graph, { opType, inputs, outputs }: Node): boolean {
  if (opType === 'Relu') return graph.producer(inputs[0]!)?.opType === 'MaxPool';
  const hasRelu = () => graph.nodes.some((node) => node.opType === 'Relu' && node.inputs[0] === outputs[0]);
  return opType === 'MaxPool' && !hasRelu();
}

/** The name of the mask that is kept for a ReLU's output. */
export const maskOf = (y: Value): Value => `${y}/mask`;

/** Of each Sign of a ReLU's output that serves only as the second factor of products: its output, and the ReLU's. */
function signsOfRelus(graph: Graph): Map<Value, Value> {
  const signs = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const y = signedRelu(graph, node);
    if (y !== undefined) signs.set(node.outputs[0]!, y);
  }
  const isFactor = ({ opType }: Node, position: number): boolean => opType === 'Mul' && position === 1;
  for (const node of graph.nodes) {
    node.inputs.forEach((input, position) => {
      if (signs.has(input) && !isFactor(node, position)) signs.delete(input);
    });
  }
  for (const output of graph.outputs) signs.delete(output);
  return signs;
}

/** The value, plus zeros that are there only after the masks: one element of each, times zero. */
function addZero(graph: Graph, value: Value, masks: readonly Value[]): Value {
  const zero = graph.constant(graph.dtype(value), [0], []);
  const zeros = masks.map((mask) => {
    const [first, one] = [0, 1].map((i) => graph.constant('int64', Array<number>(graph.shape(mask).length).fill(i)));
    const element = append(graph, 'Slice', [mask, first!, one!], `${mask}/element`);
    const number = append(graph, 'Cast', [element], `${mask}/number`, { to: dtypeNumber(graph.dtype(value)) });
    return append(graph, 'Mul', [number, zero], `${mask}/zero`);
  });
  const sum = zeros.reduce((a, b) => append(graph, 'Add', [a, b], `${b}/sum`));
  return append(graph, 'Add', [value, sum], `${value}/after-masks`);
}

/** A node named like its output. */
function append(graph: Graph, opType: string, inputs: Value[], output: Value, attributes: Attributes = {}): Value {
  return graph.node(opType, inputs, { name: output, outputs: [output], attributes })[0]!;
}
