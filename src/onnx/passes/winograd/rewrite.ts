/** Rewrites a graph so that it computes 3×3 convolutions, and what lies between them, on rows. */
import { subgraph } from '../../attributes.js';
import { Graph } from '../../graph.js';
import type { Node, Value } from '../../node.js';
import { areKnown } from '../../sides.js';
import { signedRelu } from '../patterns.js';
import { Choices, type ConvolutionSite, type TransformedKernel, type WinogradChoice } from './choices.js';
import { appendKernelTransform } from './convolution.js';
import { Forms } from './forms.js';
import type { KernelSource } from './kernel-source.js';
import { isPositive } from './masks.js';
import { type Rows, RowsBuilder, type Table } from './rows.js';
import { type RowContext, rowRules } from './rules.js';
import { Ties } from './ties.js';
import type { TileSide } from './transforms.js';

type Choose = (site: ConvolutionSite) => WinogradChoice | undefined;

export interface WinogradGraph {
  readonly graph: Graph;
  readonly kernels: readonly TransformedKernel[];
  /** Inputs that are given the same in each run: int32 or float32, [1, 1, elements]. */
  readonly tables: ReadonlyMap<Value, Table>;
}

/**
 * Rewrites 3×3 convolutions with stride 1 into Winograd's form, forward ones and gradients alike, and the ReLUs, masks and 2×2
 * pools between them so that pictures stay in rows. The result takes the same inputs, and transformed kernels and tables.
 * For ONNX Runtime's CPU provider: it relies on its fusions, and on its operators' speed.
 * @param choose how a convolution is to be computed; undefined leaves it as it is.
 * @param made tables of graphs that were rewritten before, from which this one takes those that it needs too.
 */
export function rewriteWinograd(source: Graph, choose: Choose, made = new Map<string, Table>()): WinogradGraph {
  const { b, choices } = rewrite(source, choose, made);
  return { graph: b.graph, kernels: [...choices.kernels.values()], tables: b.tables };
}

/**
 * The same as a graph that is complete in itself, with the inputs and outputs that it had: tables are constants, and so are transformed
 * kernels, which ONNX Runtime makes of those that were there when it loads the model. The graph itself where nothing is chosen, or where
 * it takes pictures of any size or number.
 */
export function withWinograd(source: Graph, choose: Choose): Graph {
  if (!source.inputs.every((input) => areKnown(source.sides(input)))) return source;
  const choices = new Choices(source, source, choose);
  // Branches and bodies refer to values around them by name.
  const hasSubgraphs = source.nodes.some(({ attributes }) => Object.values(attributes).some(subgraph));
  if (hasSubgraphs || !source.nodes.some((node) => choices.of(node))) return source;
  return rewrite(source, choose).b.graph;
}

/** @param made where tables are kept, which with transformed kernels are then inputs. */
function rewrite(source: Graph, choose: Choose, made?: Map<string, Table>) {
  const graph = new Graph(source.name, source.opset);
  for (const [domain, version] of source.domains) graph.domains.set(domain, version);
  // What is made here is named in passing, and must not take the name of an output of the source.
  if (!made) for (const output of source.outputs) graph.reserve(output);
  const b = new RowsBuilder(graph, made);
  const choices = new Choices(source, graph, choose);
  const forms: Forms = new Forms(source, b, (node) => lower(context, node));
  const ties = new Ties(source, b, forms, choices);
  const readers = readersOf(source);
  const consumers = (value: Value) => readers.get(value) ?? [];
  const inPlace = new Map<string, Value>();
  const kernel = (kernelSource: KernelSource, tile: TileSide): Value => {
    if (made) return choices.transformedKernel(kernelSource, tile);
    const { initializer } = kernelSource;
    const key = `${tile} ${initializer}`;
    const transformed =
      inPlace.get(key) ?? appendKernelTransform(b, initializer, source.initializers.get(initializer)!, tile);
    inPlace.set(key, transformed);
    return transformed;
  };
  const context: RowContext = {
    ...{ source, b, forms, choices, kernel, ties, consumers },
    winners: new Map(),
    masks: new Map(),
  };
  for (const output of source.outputs) graph.output(forms.plain(output), output);
  return { b, choices };
}

function lower(context: RowContext, node: Node): { rows: Rows } | { plain: Value } | undefined {
  const rows = node.domain === '' ? rowRules[node.opType]?.(context, node) : undefined;
  if (rows) return { rows };
  const { source, b, forms } = context;
  if (signedRelu(source, node) === undefined) return undefined;
  return { plain: isPositive(b.graph, forms.plain(node.inputs[0]!)) };
}

function readersOf(graph: Graph): Map<Value, Node[]> {
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  return readers;
}
