/** The nodes of a graph, their attributes, and how these are read. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../one-line.js';
import { NotConstant } from './sides.js';
import type { Tensor, ValueType } from './tensor.js';

/** The name of a value: an input, an initializer or the output of a node. The empty name is an input that is left out. */
export type Value = string;

/**
 * An attribute of a node. A bare number is an integer and a bare list is a list of integers, as most attributes are; floats say
 * so, because JavaScript can't tell 1 from 1.0. `proto` holds what is only passed through (subgraphs, lists of strings).
 */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: Tensor }
  | { readonly proto: Onnx.IAttributeProto };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** What a node is appended with. */
export interface NodeOptions {
  readonly attributes?: Attributes;
  /** Names of the outputs; made up where they are left out. */
  readonly outputs?: readonly Value[];
  /** The node's own name; made up where it is left out. */
  readonly name?: string;
  readonly domain?: string;
  /** Types of outputs, where they are known already or shape inference does not know the operator. */
  readonly types?: readonly (ValueType | undefined)[];
  /** Types that a file states of the outputs, for where only running tells them: they may be unknown then. */
  readonly stated?: readonly (ValueType | undefined)[];
}

/** A node as messages name it. Out of a file it may have any name. */
export const nodeLabel = ({ opType, name }: Pick<Node, 'opType' | 'name'>): string =>
  `${shownName(opType)} node '${shownName(name)}'`;

/** Takes a step that concerns a node. @throws NotConstant, naming it, where that takes the number of an open side. */
export function labelled<T>(node: Node, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof NotConstant) || error.message.startsWith(nodeLabel(node))) throw error;
    throw new NotConstant(`${nodeLabel(node)}: ${error.message}`, { cause: error });
  }
}

/** An integer attribute of a node. */
export function intAttribute(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return typeof value === 'number' ? value : otherwise;
}

/** An attribute that is a list of integers; undefined where the node does not have it. */
export function intsAttribute(node: Node, name: string): readonly number[] | undefined {
  const value = node.attributes[name];
  return Array.isArray(value) ? value : undefined;
}

/** A float attribute of a node. */
export function floatAttribute(node: Node, name: string, otherwise: number): number {
  const value = node.attributes[name];
  return typeof value === 'object' && 'float' in value ? value.float : otherwise;
}

/** A string attribute of a node. */
export function stringAttribute(node: Node, name: string, otherwise: string): string {
  const value = node.attributes[name];
  return typeof value === 'string' ? value : otherwise;
}
