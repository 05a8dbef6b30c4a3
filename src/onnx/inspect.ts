/** What a model is, and what there is for its operators. */
import { countFlops } from './flops.js';
import { rules } from './gradient/rules/index.js';
import { Graph } from './graph.js';
import { type Layer, layersOf } from './layers.js';
import { peakBytes } from './memory.js';
import type { Node, Value } from './node.js';
import { hasKernel, isRemoved, type Target, targets } from './provider-kernels.js';
import { inferredOperators } from './shapes/index.js';
import { areKnown, isOpen, type Sides, sideAt } from './sides.js';
import { byteLength, type DType, isFloat, type Shape, sizeOf, type ValueType } from './tensor.js';

/** A value; what is not known of it is left out. */
export interface ValueReport {
  readonly name: Value;
  readonly dtype?: DType;
  /** Sides that are left open by their names, or formulas of these. */
  readonly shape?: Sides;
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
  /** Numbers for sides that are left open, with which layers, work and memory are counted. */
  readonly assumed: Readonly<Record<string, number>>;
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
  const assumed = assumedSides(graph);
  const counted = assumed.size === 0 ? graph : whereKnown(() => withSides(graph, assumed));
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
    layers: counted ? layersIn(counted) : [],
    assumed: counted ? Object.fromEntries(assumed) : {},
    flops: counted && whereKnown(() => countFlops(counted)),
    peakBytes: counted && whereKnown(() => peakBytes(counted)),
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
    const { dtype, shape } = graph.valueType(name);
    return dtype === 'float32' && shape.length === 4 && shape[0] === 1 && areKnown(shape);
  });
  return picture === undefined
    ? []
    : layersOf(graph, picture).map((layer) => ({ ...layer, shape: graph.shape(layer.name) }));
}

/** The side of a picture that has none of its own. */
const pictureSide = 224;

/** Of a batch one is counted, and of a picture of any size what networks are mostly trained with. */
function assumedSides(graph: Graph): Map<string, number> {
  const assumed = new Map<string, number>();
  for (const input of graph.inputs) {
    const sides = graph.sides(input);
    const isPicture = sides.length === 4 && (sides[1] === 1 || sides[1] === 3);
    for (const [axis, side] of sides.entries()) {
      if (!isOpen(side) || assumed.has(side.name)) continue;
      if (axis === 0) assumed.set(side.name, 1);
      else if (isPicture) assumed.set(side.name, pictureSide);
    }
  }
  return assumed;
}

/** A copy of a graph with numbers for its open sides, to count in. @throws Error where one is left. */
function withSides(source: Graph, numbers: ReadonlyMap<string, number>): Graph {
  const graph = new Graph(source.name, source.opset);
  for (const [domain, version] of source.domains) graph.domains.set(domain, version);
  for (const [name, value] of source.initializers) graph.initializer(name, value);
  const known = ({ dtype, shape }: ValueType) => ({ dtype, shape: shape.map((side) => sideAt(side, numbers)) });
  for (const name of source.inputs) graph.input(name, source.dtype(name), known(source.valueType(name)).shape);
  for (const node of source.nodes) {
    const types = node.outputs.map((output) => {
      const type = source.knownType(output);
      return type && known(type);
    });
    graph.node(node.opType, node.inputs, { ...node, types, stated: types });
  }
  graph.outputs.push(...source.outputs);
  return graph;
}

function whereKnown<T>(count: () => T): T | undefined {
  try {
    return count();
  } catch {
    return undefined;
  }
}
