/** Branches and bodies that stay as they are: which values around them they use, and by which names. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../../one-line.js';
import { subgraph } from '../attributes.js';
import { type Attribute, type Node, nodeLabel, type Value } from '../node.js';
import { type Functions, standardDomain } from './functions.js';
import type { Reader } from './reader.js';
import type { Scope } from './scope.js';
import { isOlderForm } from './versions/index.js';

/** Bodies in bodies at most. */
const deepest = 64;

interface Used {
  /** All nodes, those of bodies inside included. */
  readonly nodes: readonly Onnx.INodeProto[];
  /** Names of values around it. */
  readonly free: ReadonlySet<string>;
  /** Names of its own values, those of bodies inside included. */
  readonly own: ReadonlySet<string>;
}

/** @throws Error where bodies lie too deep in each other. */
export function namesUsed(graph: Onnx.IGraphProto, depth = 0): Used {
  if (depth > deepest) throw new Error(`bodies lie more than ${deepest} deep in each other`);
  const nodes: Onnx.INodeProto[] = [];
  const free = new Set<string>();
  const own = new Set([...(graph.input ?? []), ...(graph.initializer ?? [])].map(({ name }) => name ?? ''));
  const inner = new Set<string>();
  const use = (name: string): void => {
    if (name !== '' && !own.has(name)) free.add(name);
  };
  for (const node of graph.node ?? []) {
    nodes.push(node);
    for (const name of node.input ?? []) use(name);
    for (const { g } of node.attribute ?? []) {
      if (!g) continue;
      const used = namesUsed(g, depth + 1);
      for (const one of used.nodes) nodes.push(one);
      for (const name of used.free) use(name);
      for (const name of used.own) inner.add(name);
    }
    for (const name of node.output ?? []) own.add(name);
  }
  for (const { name } of graph.output ?? []) use(name ?? '');
  return { nodes, free, own: new Set([...own, ...inner]) };
}

/** The part of a graph that some of its values are computed by, which are its outputs then. */
export function leadingTo(graph: Onnx.IGraphProto, values: readonly string[]): Onnx.IGraphProto {
  const needed = new Set(values);
  const node = (graph.node ?? []).toReversed().filter((one) => {
    if (!one.output?.some((output) => needed.has(output))) return false;
    for (const name of namesUsed({ node: [one] }).free) needed.add(name);
    return true;
  });
  const kept = <T extends { name?: string | null }>(all: readonly T[] | null | undefined): T[] =>
    (all ?? []).filter(({ name }) => needed.has(name ?? ''));
  const stated = [...(graph.output ?? []), ...(graph.valueInfo ?? [])];
  return {
    ...graph,
    node: node.toReversed(),
    initializer: kept(graph.initializer),
    valueInfo: kept(stated),
    output: values.map((name) => stated.find((one) => one.name === name) ?? { name }),
  };
}

/** A body with other names for values around it. */
function withNames(graph: Onnx.IGraphProto, names: ReadonlyMap<string, Value>): Onnx.IGraphProto {
  const named = (name: string): string => names.get(name) ?? name;
  return {
    ...graph,
    node: (graph.node ?? []).map((node) => ({
      ...node,
      input: (node.input ?? []).map(named),
      attribute: (node.attribute ?? []).map((attribute) =>
        attribute.g ? { ...attribute, g: withNames(attribute.g, names) } : attribute,
      ),
    })),
    output: (graph.output ?? []).map((info) => ({ ...info, name: named(info.name ?? '') })),
  };
}

/**
 * A node as it is, with the names in its branches and bodies that stand for something else around them.
 * @throws Error, naming the node, where something in them would have to be written anew: it can only be unrolled.
 */
export function withNamesOutside(reader: Reader, node: Node, scope: Scope, functions: Functions): Node {
  const fail: (reason: string) => never = (reason) => {
    throw new Error(`${nodeLabel(node)}: ${reason}`);
  };
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    const body = subgraph(attribute);
    if (!body || typeof attribute !== 'object' || !('proto' in attribute)) return [name, attribute];
    const used = namesUsed(body);
    const older = used.nodes.find(
      ({ opType, domain }) =>
        standardDomain(domain) === '' && isOlderForm(opType ?? '', scope.opset, reader.graph.opset),
    );
    const cannot = 'what of it runs is known only when it does, and so its';
    if (older)
      fail(
        `${cannot} ${shownName(older.opType ?? '')} stays in the form of operator set ${scope.opset}; convert the model`,
      );
    if (used.nodes.some((inner) => functions.of(inner)))
      fail(`${cannot} calls of the model's functions stay, which are gone`);
    const outside = new Map<string, Value>();
    for (const free of used.free) {
      const value = reader.resolve(free, scope) ?? fail(`there is no value '${shownName(free)}'`);
      reader.bring(value);
      outside.set(free, value);
    }
    return [name, { proto: { ...attribute.proto, g: withNames(body, outside) } }];
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}
