/** What a model is, and what there is for its operators. */
import { countFlops } from './flops.js';
import { rules } from './gradient/rules/index.js';
import type { Graph } from './graph.js';
import { type Layer, layersOf } from './layers.js';
import { peakBytes } from './memory.js';
import type { Node, Value } from './node.js';
import { hasKernel, isRemoved, type Target, targets } from './provider-kernels.js';
import { inferredOperators } from './shapes/index.js';
import { byteLength, type DType, isFloat, type Shape, sizeOf } from './tensor.js';

/** A value; what is not known of it is left out. */
export interface ValueReport {
  readonly name: Value;
  readonly dtype?: DType;
  readonly shape?: Shape;
}

export interface OperatorReport {
  /** With its domain, where that is not the standard's: `com.microsoft.Gelu`. */
  readonly operator: string;
  readonly count: number;
  /** Whether shapes are inferred. */
  readonly shape: boolean;
  /** Float inputs that there is no gradient of, by their positions; empty where it has all, or gives no floats. */
  readonly withoutGradient: readonly number[];
  /** Providers that compute none of it, or not all, themselves. */
  readonly withoutKernel: readonly Target[];
}

export interface ModelReport {
  readonly opset: number;
  readonly inputs: readonly ValueReport[];
  readonly outputs: readonly ValueReport[];
  /** Constants of a float type: how many numbers, and bytes. */
  readonly parameters: { readonly count: number; readonly bytes: number };
  /** Most frequent first. */
  readonly operators: readonly OperatorReport[];
  /** Values that a drawing could look at, where there is an input that is a picture, [1, C, H, W]. */
  readonly layers: readonly (Layer & { readonly shape: Shape })[];
  /** Of convolutions and matrix products, see {@link countFlops}; undefined where shapes are not known. */
  readonly flops: number | undefined;
  /** See {@link peakBytes}; undefined where shapes are not known. */
  readonly peakBytes: number | undefined;
  readonly nodes: readonly {
    readonly name: string;
    readonly operator: string;
    readonly outputs: readonly ValueReport[];
  }[];
}

export function inspectModel(graph: Graph): ModelReport {
  const report = (name: Value): ValueReport => {
    const type = graph.knownType(name);
    return type ? { name, dtype: type.dtype, shape: type.shape } : { name };
  };
  const constants = [...graph.initializers.values()].filter(({ dtype }) => isFloat(dtype));
  return {
    opset: graph.opset,
    inputs: graph.inputs.map(report),
    outputs: graph.outputs.map(report),
    parameters: {
      count: constants.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      bytes: constants.reduce((sum, type) => sum + byteLength(type), 0),
    },
    operators: operatorReports(graph),
    layers: layersIn(graph),
    flops: whereKnown(() => countFlops(graph)),
    peakBytes: whereKnown(() => peakBytes(graph)),
    nodes: graph.nodes.map((node) => ({
      name: node.name,
      operator: nameOf(node),
      outputs: node.outputs.filter((output) => output !== '').map(report),
    })),
  };
}

const nameOf = ({ domain, opType }: Node): string => (domain === '' ? opType : `${domain}.${opType}`);

function operatorReports(graph: Graph): OperatorReport[] {
  const byName = new Map<string, Node[]>();
  for (const node of graph.nodes) byName.set(nameOf(node), [...(byName.get(nameOf(node)) ?? []), node]);
  return [...byName]
    .map(([operator, nodes]) => ({
      operator,
      count: nodes.length,
      shape: nodes[0]!.domain === '' && inferredOperators.includes(nodes[0]!.opType),
      withoutGradient: [...new Set(nodes.flatMap((node) => inputsWithoutGradient(graph, node)))].sort((a, b) => a - b),
      withoutKernel: targets.filter((target) => nodes.some((node) => !isComputedBy(graph, node, target))),
    }))
    .sort((a, b) => b.count - a.count || (a.operator < b.operator ? -1 : 1));
}

/** What is no float, or becomes none, has no derivative. Where types are not known they may be floats. */
function inputsWithoutGradient(graph: Graph, { domain, opType, inputs, outputs }: Node): number[] {
  const mayBeFloat = (name: Value): boolean => name !== '' && isFloat(graph.knownType(name)?.dtype ?? 'float32');
  if (!outputs.some(mayBeFloat)) return [];
  const rule = domain === '' ? rules[opType] : undefined;
  // A function of all inputs, or a formula for all of them.
  if (typeof rule === 'function' || (rule && 'formula' in rule)) return [];
  const gradients = rule && ('ofAllOutputs' in rule ? rule.ofAllOutputs : rule);
  return [...inputs.keys()].filter((i) => mayBeFloat(inputs[i]!) && !gradients?.[i]);
}

function isComputedBy(graph: Graph, node: Node, target: Target): boolean {
  if (isRemoved(node)) return true;
  const { domain, opType, inputs, outputs } = node;
  const type = graph.knownType(inputs[opType === 'Where' ? 1 : 0] ?? '');
  const used = outputs.filter((output) => output !== '').length;
  return domain === '' && (type === undefined || hasKernel(target, opType, type.dtype, used, graph.opset));
}

function layersIn(graph: Graph): ModelReport['layers'] {
  const picture = graph.inputs.find((name) => {
    const { dtype, shape } = graph.type(name);
    return dtype === 'float32' && shape.length === 4 && shape[0] === 1;
  });
  return picture === undefined
    ? []
    : layersOf(graph, picture).map((layer) => ({ ...layer, shape: graph.shape(layer.name) }));
}

function whereKnown(count: () => number): number | undefined {
  try {
    return count();
  } catch {
    return undefined;
  }
}
