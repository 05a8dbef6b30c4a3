/** Checkpointing: values are computed again when their gradient is due, instead of being held from forth to back. */
import { nodeFlops } from '../flops.js';
import { Graph } from '../graph.js';
import { peakOf } from '../memory.js';
import type { Value } from '../node.js';
import { byteLength } from '../tensor.js';
import { after } from './after.js';
import { GradientFlow } from './gradient-flow.js';
import { keepMasks, maskOf } from './keep-masks.js';

/**
 * Floating-point operations that take as long as keeping a byte: writing it, and reading it when it is in no cache any more. What takes
 * fewer is computed again in any case. A network's first convolution, from 3 channels, takes 14 for each byte that it gives, and
 * was measured to be as fast computed twice; its second takes 288.
 */
const flopsPerByte = 40;

/**
 * A graph that computes the same numbers as one with gradients, in less memory: it does not keep what is as soon computed again, and
 * of the rest no more than fits.
 * @param of the value that was differentiated.
 * @param budget bytes that the values may take at the worst moment, as `peakBytes` counts them after {@link keepMasks}. While they take
 *   more, those that are held then and are the cheapest to compute again for their size are given up. Where that does not suffice,
 *   the graph takes as little as was found. Default: any number.
 */
export function recomputeWithin(source: Graph, of: Value, budget = Number.POSITIVE_INFINITY): Graph {
  const flow = new GradientFlow(source, of);
  // Where bands are joined is where to begin again, or all of them would be computed at once.
  const joined = source.nodes.flatMap(({ opType, outputs }) => (opType === 'Concat' ? outputs : []));
  const kept = new Set([...flow.kept, ...joined]);
  const cost = (value: Value): number => flopsAgain(source, value, kept) / byteLength(source.type(value));
  for (const value of flow.kept) if (cost(value) < flopsPerByte) kept.delete(value);
  let least: { graph: Graph; bytes: number } | undefined;
  for (;;) {
    const graph = recompute(source, flow, kept);
    if (budget === Number.POSITIVE_INFINITY) return graph;
    const { bytes, held } = peakOf(keepMasks(graph));
    if (!least || bytes < least.bytes) least = { graph, bytes };
    const bytesHeld = (value: Value): number => held.get(value) ?? held.get(maskOf(value)) ?? 0;
    const candidates = flow.kept.filter((value) => kept.has(value) && bytesHeld(value) > 0);
    if (bytes <= budget || candidates.length === 0) return least.graph;
    const costs = new Map(candidates.map((value) => [value, cost(value)]));
    let missing = bytes - budget;
    for (const value of candidates.toSorted((a, b) => costs.get(a)! - costs.get(b)!)) {
      if (missing <= 0) break;
      kept.delete(value);
      missing -= bytesHeld(value);
    }
  }
}

/** Floating-point operations that lead to a value from those that are kept. */
function flopsAgain(graph: Graph, value: Value, kept: ReadonlySet<Value>): number {
  const visited = new Set<Value>();
  const visit = (current: Value): number => {
    const node = graph.producer(current);
    if (!node || visited.has(current) || (current !== value && kept.has(current))) return 0;
    visited.add(current);
    return node.inputs.reduce((sum, input) => sum + visit(input), nodeFlops(graph, node));
  };
  return visit(value);
}

/** The graph with what is not `kept` for the gradient computed again, as soon as the gradient has come back that far. */
function recompute(source: Graph, flow: GradientFlow, kept: ReadonlySet<Value>): Graph {
  const graph = Graph.withInputsOf(source);
  const again = new Map<Value, Value>();
  const compute = (value: Value, gate: Value): Value => {
    const node = source.producer(value);
    // Or ONNX Runtime would find that the same is computed twice, and compute it once.
    if (!node || kept.has(value))
      return value === '' || source.initializers.has(value) ? value : after(graph, value, [gate]);
    if (!again.has(value)) {
      const inputs = node.inputs.map((input) => compute(input, gate));
      const outputs = node.outputs.map((output) => output && `${output}/again`);
      graph.copy(source, node, { name: `${node.name}/again`, inputs, outputs });
      for (const [i, output] of node.outputs.entries()) again.set(output, outputs[i]!);
    }
    return again.get(value)!;
  };
  const givenUp = new Set(flow.kept.filter((value) => !kept.has(value)));
  for (const node of source.nodes) {
    const read = (input: Value): Value => (givenUp.has(input) ? compute(input, flow.gate(input)!) : input);
    graph.copy(source, node, flow.isForward(node) ? {} : { inputs: node.inputs.map(read) });
  }
  graph.outputs.push(...source.outputs);
  return graph;
}
