/** How much memory running a graph takes at its peak. */
import type { Graph } from './graph.js';
import type { Node, Value } from './node.js';
import { byteLength, type TensorType } from './tensor.js';

/** Nodes that ONNX Runtime's CPU provider computes in a layout of its own, channels in blocks. */
const blockedOperators = new Set(['Conv']);

/** Channels in a block with AVX-512; narrower machines have narrower blocks. Inputs with fewer channels are read as they are. */
export const blockSide = 16;

/**
 * Bytes that the values of a graph take at the worst moment of a run, when its nodes run in the order they were added and each value
 * is freed after its last use: inputs that are given and outputs included, constants and what a kernel needs inside left out.
 * Counted as ONNX Runtime's CPU provider computes: a ReLU is fused into the convolution before it, convolutions pass their
 * values on in a blocked layout, and what comes from or goes to another operator is copied from one layout to the other.
 * @throws Error where the shape of a value is not known.
 */
export const peakBytes = (graph: Graph): number => peakOf(graph).bytes;

/** {@link peakBytes}, and which values are there at that moment, with the bytes of each. */
export function peakOf(graph: Graph): { bytes: number; held: ReadonlyMap<Value, number> } {
  const steps = stepsOf(graph);
  const lastUse = new Map<string, number>();
  steps.forEach(({ reads }, i) => {
    for (const key of reads) lastUse.set(key, i);
  });
  for (const output of graph.outputs) lastUse.set(output, steps.length);

  const held = new Map(graph.inputs.map((name) => [name, byteLength(graph.type(name))]));
  let live = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
  let peak = { bytes: live, held: new Map(held) };
  steps.forEach(({ reads, writes }, i) => {
    for (const [key, bytes] of writes) {
      held.set(key, bytes);
      live += bytes;
    }
    if (live > peak.bytes) peak = { bytes: live, held: new Map(held) };
    for (const key of [...reads, ...writes.map(([written]) => written)]) {
      if ((lastUse.get(key) ?? i) > i || graph.inputs.includes(key)) continue;
      live -= held.get(key) ?? 0;
      held.delete(key);
    }
  });
  return { bytes: peak.bytes, held: new Map([...peak.held].map(([key, bytes]) => [valueIn(key), bytes])) };
}

/** One thing that is computed. What it reads and writes are values, or their copies in the blocked layout. */
interface ComputeStep {
  readonly reads: readonly string[];
  readonly writes: readonly (readonly [key: string, bytes: number])[];
}

function stepsOf(graph: Graph): ComputeStep[] {
  const steps: ComputeStep[] = [];
  const constants = new Set(graph.initializers.keys());
  const fused = fusedActivations(graph);
  const has = new Set<string>(graph.inputs);
  const emit = (reads: readonly string[], writes: readonly (readonly [string, number])[]): void => {
    steps.push({ reads, writes });
    for (const [key] of writes) has.add(key);
  };
  /** The value in the layout that is asked for, copied into it where it is only there in the other. */
  const inLayout = (value: Value, layout: 'blocked' | 'plain'): string => {
    const [wanted, other] = layout === 'blocked' ? [blocked(value), value] : [value, blocked(value)];
    if (!has.has(wanted)) emit([other], [[wanted, blockedLength(graph.type(value), layout)]]);
    return wanted;
  };
  for (const node of graph.nodes) {
    if (fused.get(node.inputs[0] ?? '') === node) continue;
    const inputs = node.inputs.filter((input) => input !== '' && !constants.has(input));
    if (inputs.length === 0) {
      // Folded when the graph is loaded.
      for (const output of node.outputs) constants.add(output);
    } else if (blockedOperators.has(node.opType)) {
      const output = fused.get(node.outputs[0]!)?.outputs[0] ?? node.outputs[0]!;
      const isBlockable = graph.shape(inputs[0]!)[1]! >= blockSide;
      const reads = inputs.map((input) => (isBlockable ? inLayout(input, 'blocked') : inLayout(input, 'plain')));
      emit(reads, [[blocked(output), blockedLength(graph.type(output), 'blocked')]]);
    } else {
      const reads = inputs.map((input) => inLayout(input, 'plain'));
      emit(
        reads,
        node.outputs.filter((output) => output !== '').map((output) => [output, byteLength(graph.type(output))]),
      );
    }
  }
  for (const output of graph.outputs) if (!constants.has(output)) inLayout(output, 'plain');
  return steps;
}

const blockedMark = ' (blocked)';
const blocked = (value: Value): string => `${value}${blockedMark}`;
const valueIn = (key: string): Value => (key.endsWith(blockedMark) ? key.slice(0, -blockedMark.length) : key);

/** Channels are filled up to whole blocks. */
function blockedLength({ dtype, shape }: TensorType, layout: 'blocked' | 'plain'): number {
  const filled =
    layout === 'plain'
      ? shape
      : shape.map((side, axis) => (axis === 1 ? Math.ceil(side / blockSide) * blockSide : side));
  return byteLength({ dtype, shape: filled });
}

/** The ReLUs that are computed as part of a convolution, by its output: those that alone use it. */
function fusedActivations(graph: Graph): Map<Value, Node> {
  const uses = new Map<Value, number>();
  for (const { inputs } of graph.nodes) for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const isFused = ({ opType, inputs: [input] }: Node): boolean =>
    opType === 'Relu' && uses.get(input!) === 1 && blockedOperators.has(graph.producer(input!)?.opType ?? '');
  return new Map(graph.nodes.filter(isFused).map((node) => [node.inputs[0]!, node]));
}
