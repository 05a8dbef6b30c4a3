/** Rewrites a graph so that it computes 3×3 convolutions, and what lies between them, on rows. */
import { Graph } from '../../graph.js';
import type { Node, Value } from '../../node.js';
import { signedRelu } from '../patterns.js';
import { Choices, type ConvolutionSite, type TransformedKernel, type WinogradChoice } from './choices.js';
import { Forms } from './forms.js';
import { isPositive } from './masks.js';
import { type Rows, RowsBuilder, type Table } from './rows.js';
import { type RowContext, rowRules } from './rules.js';
import { Ties } from './ties.js';

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
export function rewriteWinograd(
  source: Graph,
  choose: (site: ConvolutionSite) => WinogradChoice | undefined,
  made?: Map<string, Table>,
): WinogradGraph {
  const graph = new Graph(source.name, source.opset);
  const b = new RowsBuilder(graph, made);
  const choices = new Choices(source, graph, choose);
  const forms: Forms = new Forms(source, b, (node) => lower(context, node));
  const ties = new Ties(source, b, forms, choices);
  const readers = readersOf(source);
  const consumers = (value: Value) => readers.get(value) ?? [];
  const context: RowContext = { source, b, forms, choices, ties, consumers, winners: new Map(), masks: new Map() };
  for (const output of source.outputs) graph.output(forms.plain(output), output);
  return { graph, kernels: [...choices.kernels.values()], tables: b.tables };
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
