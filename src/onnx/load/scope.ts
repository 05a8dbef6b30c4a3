/** What the names in a graph, a branch, a body or a function stand for while it is read. */
import type { onnx as Onnx } from 'onnx-proto';
import { oneLine, shownName } from '../../one-line.js';
import { attributeFromProto } from '../attributes.js';
import type { Attribute, Attributes, Value } from '../node.js';

/** Graphs in graphs, and functions in functions, at most: what calls itself would go on for ever. */
const deepest = 64;

interface ScopeOptions {
  /** The version of the standard operator set that its nodes follow. */
  readonly opset: number;
  /** What names that are made of its names begin with. */
  readonly prefix?: string;
  /** Where names that it does not have are looked up: a function sees nothing but its inputs. */
  readonly outer?: Scope;
  /** The attributes of a call, which nodes of a function refer to. */
  readonly attributes?: ReadonlyMap<string, Onnx.IAttributeProto>;
  /** Attributes of the function without a default: where the call leaves them out, so do its nodes. */
  readonly optional?: ReadonlySet<string>;
  readonly depth?: number;
}

export class Scope {
  readonly opset: number;
  readonly prefix: string;
  readonly attributes: ReadonlyMap<string, Onnx.IAttributeProto>;
  readonly optional: ReadonlySet<string>;
  readonly depth: number;
  readonly #outer: Scope | undefined;
  readonly #names = new Map<string, Value>();

  constructor(options: ScopeOptions) {
    this.opset = options.opset;
    this.prefix = options.prefix ?? '';
    this.#outer = options.outer;
    this.attributes = options.attributes ?? options.outer?.attributes ?? new Map();
    this.optional = options.optional ?? options.outer?.optional ?? new Set();
    this.depth = options.depth ?? (options.outer?.depth ?? -1) + 1;
    if (this.depth > deepest) throw new Error(`graphs or functions lie more than ${deepest} deep in each other`);
  }

  /** The value that a name stands for, here or outside; undefined where there is none. */
  find(name: string): Value | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name);
  }

  /** Whether a name is taken here, whatever there is outside. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  set(name: string, value: Value): void {
    this.#names.set(name, value);
  }
}

/** Refuses a node by its name and operator. */
export type Fail = (reason: string) => never;

/** A node's attributes; in a function some are those of the call. */
export function attributesOf(proto: Onnx.INodeProto, scope: Scope, fail: Fail): Attributes {
  const read: [string, Attribute][] = [];
  for (const attribute of proto.attribute ?? []) {
    const { name = '', refAttrName } = attribute;
    const given = refAttrName ? scope.attributes.get(refAttrName) : attribute;
    if (given) {
      try {
        read.push([name ?? '', attributeFromProto(given)]);
      } catch (error) {
        fail(oneLine((error as Error).message));
      }
    } else if (!scope.optional.has(refAttrName!))
      fail(
        `its ${shownName(name ?? '')} is the function's ${shownName(refAttrName!)}, which has a default; defaults are not supported`,
      );
  }
  return Object.fromEntries(read);
}
