/**
 * Older forms of operators, brought to today's: a table of what changed in which operator set, each a rule of a line or a few. Only
 * changes of form and meaning are here; a version that allows more (types, negative axes, broadcasting) needs no rule.
 * Source: the changelog of ONNX's operators, https://github.com/onnx/onnx/blob/main/docs/Changelog.md.
 */
import { labelled, type Node, nodeLabel, type Value } from '../../node.js';
import type { ValueType } from '../../tensor.js';
import type { Change, Older } from './change.js';
import { firstChanges } from './first.js';
import { laterChanges } from './later.js';

/** In the order of operator sets: a node goes through all that concern it. */
const changes: readonly Change[] = [...firstChanges, ...laterChanges];

const applies = ({ since, operators }: Change, opType: string, from: number, to: number): boolean =>
  since > from && since <= to && operators.split(' ').includes(opType);

/** Whether an operator has another form in a newer operator set. */
export const isOlderForm = (opType: string, from: number, to: number): boolean =>
  changes.some((change) => applies(change, opType, from, to));

export interface NodeWriter extends Pick<Older, 'add' | 'constant'> {
  knownType(value: Value): ValueType | undefined;
}

/**
 * A node of the standard in the form of a newer operator set. What it takes besides is appended before it.
 * @throws Error, naming the node, where its older form has none, or the type of an input is not known that decides on it.
 */
export function inForm(node: Node, from: number, to: number, writer: NodeWriter): Node {
  const fail = (reason: string): never => {
    throw new Error(`${nodeLabel(node)}: ${reason}`);
  };
  const add: Older['add'] = (...given) => writer.add(...given);
  const constant: Older['constant'] = (...given) => writer.constant(...given);
  let current = node;
  for (const change of changes) {
    if (!applies(change, current.opType, from, to)) continue;
    const type = (input: number): ValueType =>
      writer.knownType(current.inputs[input] ?? '') ??
      fail(`its form of operator set ${from} needs the shape of input ${input}, which is not known`);
    current = { ...current, ...labelled(current, () => change.change({ node: current, add, constant, type, fail })) };
  }
  return current;
}
