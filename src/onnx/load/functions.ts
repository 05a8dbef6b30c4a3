/** Functions that a model brings with it, which are read where they are called. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../../one-line.js';
import { toNumber } from '../tensor.js';

export interface Functions {
  /** The function that a node calls; undefined where it calls none. */
  of(node: Onnx.INodeProto): Onnx.IFunctionProto | undefined;
}

/** @throws Error where two have the same name. */
export function functionsOf({ functions = [] }: Onnx.IModelProto): Functions {
  const table = new Map<string, Onnx.IFunctionProto>();
  const key = (domain: string | null | undefined, name: string | null | undefined) =>
    `${standardDomain(domain)}:${name ?? ''}`;
  for (const one of functions ?? []) {
    const name = key(one.domain, one.name);
    // IR 10 tells them apart by a further name, which the messages at hand do not have.
    if (table.has(name)) throw new Error(`there are two functions '${shownName(name)}'; overloads are not supported`);
    table.set(name, one);
  }
  return { of: ({ domain, opType }) => table.get(key(domain, opType)) };
}

/** The standard domain has two names. */
export const standardDomain = (domain: string | null | undefined): string =>
  domain === 'ai.onnx' ? '' : (domain ?? '');

/** The version of the standard operator set that a model or a function names; undefined where it names none. */
export function standardOpset(imports: readonly Onnx.IOperatorSetIdProto[] | null | undefined): number | undefined {
  const found = imports?.find(({ domain }) => standardDomain(domain) === '');
  return found && toNumber(found.version);
}
