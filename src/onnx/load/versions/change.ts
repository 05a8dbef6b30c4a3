/** What a rule that brings an older form of an operator to today's is given, and what many of them do. */
import { type Attribute, type Attributes, floatAttribute, type Node, stringAttribute, type Value } from '../../node.js';
import type { DType, Shape, ValueType } from '../../tensor.js';

/** A node on its way, and what a rule writes its new form with. */
export interface Older {
  readonly node: Node;
  /** Appends a node in today's form. @returns its output. */
  add(opType: string, inputs: readonly Value[], attributes?: Attributes): Value;
  /** A constant: of int64 in a list, unless said otherwise. */
  constant(values: readonly number[], shape?: Shape, dtype?: DType): Value;
  /** @throws Error, naming the node, where the type of its input is not known. */
  type(input: number): ValueType;
  /** @throws Error, naming the node. */
  fail(reason: string): never;
}

export interface Change {
  /** The operator set that has the new form. */
  readonly since: number;
  /** Operators, with blanks between. */
  readonly operators: string;
  /** What is different of the node. */
  readonly change: (older: Older) => Partial<Node>;
}

/** The attributes of a node but some. */
export const without = ({ attributes }: Node, ...names: readonly string[]): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));

/** Attributes that are stated where the node leaves them out. */
export const defaults = ({ node }: Older, stated: Readonly<Record<string, Attribute>>): Partial<Node> => ({
  attributes: { ...stated, ...node.attributes },
});

/** Lists of integers that were attributes, as inputs after the first. */
export function fromAttributes({ node, constant }: Older, ...names: readonly string[]): Partial<Node> {
  const lists = names.map((name) => {
    const value = node.attributes[name];
    const list = typeof value === 'number' ? [value] : Array.isArray(value) ? value : undefined;
    return list ? constant(list) : '';
  });
  if (lists.every((list) => list === '')) return {};
  return { inputs: trimmed([node.inputs[0]!, ...lists]), attributes: without(node, ...names) };
}

/** Floats that were attributes, as inputs after the first: scalars of its type. */
export function scalarInputs({ node, constant, type }: Older, ...names: readonly string[]): Partial<Node> {
  const scalars = names.map((name) =>
    node.attributes[name] === undefined ? '' : constant([floatAttribute(node, name, 0)], [], type(0).dtype),
  );
  return { inputs: trimmed([node.inputs[0]!, ...scalars]), attributes: without(node, ...names) };
}

/** Without the inputs that are left out at the end. */
function trimmed(inputs: readonly Value[]): Value[] {
  const last = inputs.findLastIndex((input) => input !== '');
  return inputs.slice(0, last + 1);
}

/** A string attribute whose words were renamed. */
export function renamed({ node }: Older, name: string, words: Readonly<Record<string, string>>): Partial<Node> {
  const word = stringAttribute(node, name, '');
  return Object.hasOwn(words, word) ? { attributes: { ...node.attributes, [name]: words[word]! } } : {};
}
