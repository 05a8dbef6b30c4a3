/** Which constants of a model are its parameters, and the model with those as inputs. */
import { shownName } from '../../one-line.js';
import { Graph } from '../graph.js';
import type { Named } from '../named.js';
import type { Value } from '../node.js';
import type { Tensor } from '../tensor.js';
import { statistics } from './modes.js';

/** What is trained: all parameters, those whose names match, or those that are named. */
export type Train = 'all' | RegExp | readonly string[];

/**
 * The parameters that are trained: float32 constants with an axis that `wanted` depends on, in the model's order. Scalars, and the
 * statistics of a BatchNormalization, are none.
 * @throws Error where a name is not that of one, or none is chosen.
 */
export function parametersOf(graph: Graph, wanted: Value, train: Train): Value[] {
  const found = candidates(graph, wanted);
  const isChosen = (name: Value): boolean =>
    train === 'all' || (train instanceof RegExp ? name.search(train) >= 0 : train.includes(name));
  for (const name of Array.isArray(train) ? (train as readonly string[]) : []) {
    if (!found.includes(name)) throw new Error(whyNone(graph, name, wanted));
  }
  const chosen = found.filter(isChosen);
  if (chosen.length > 0) return chosen;
  if (found.length === 0)
    throw new Error(`'${shownName(wanted)}' depends on no float32 constant that could be trained`);
  throw new Error(`nothing matches ${String(train)}; there are ${found.map(shownName).join(', ')}`);
}

function candidates(graph: Graph, wanted: Value): Value[] {
  const needed = new Set([wanted]);
  const kept = new Set<Value>();
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    node.inputs.forEach((input, i) => {
      needed.add(input);
      if (statistics[node.opType]?.includes(i)) kept.add(input);
    });
  }
  return [...graph.initializers]
    .filter(
      ([name, { dtype, shape }]) => needed.has(name) && !kept.has(name) && dtype === 'float32' && shape.length > 0,
    )
    .map(([name]) => name);
}

function whyNone(graph: Graph, name: Value, wanted: Value): string {
  const shown = `'${shownName(name)}'`;
  const constant = graph.initializers.get(name);
  if (!constant) return `there is no constant ${shown} to be trained`;
  if (constant.dtype !== 'float32') return `${shown} can't be trained: it is ${constant.dtype}, and only float32 is`;
  return `${shown} can't be trained: '${shownName(wanted)}' does not depend on it, or it is a scalar or a statistic`;
}

/** A copy of a model whose parameters are inputs, behind those that it has, so that sessions share them. @param name the copy's. */
export function withParameters(source: Graph, parameters: readonly Value[], name: string): Graph {
  const graph = new Graph(name, source.opset);
  for (const [constant, value] of source.initializers) {
    if (!parameters.includes(constant)) graph.initializer(constant, value);
  }
  for (const input of [...source.inputs, ...parameters]) graph.input(input, source.dtype(input), source.sides(input));
  return copyNodes(source, graph);
}

/** A copy of a model with other values for its parameters. */
export function withValues(source: Graph, values: Named<Tensor>): Graph {
  const graph = new Graph(source.name, source.opset);
  for (const [constant, value] of source.initializers) graph.initializer(constant, values[constant] ?? value);
  for (const input of source.inputs) graph.input(input, source.dtype(input), source.sides(input));
  return copyNodes(source, graph);
}

function copyNodes(source: Graph, graph: Graph): Graph {
  for (const node of source.nodes) graph.copy(source, node);
  graph.outputs.push(...source.outputs);
  return graph;
}
