/** What control flow and functions are read with. */
import type { onnx as Onnx } from 'onnx-proto';
import type { ConstantValues } from '../folding/context.js';
import type { Graph } from '../graph.js';
import type { Attributes, Node, Value } from '../node.js';
import type { DType, Shape } from '../tensor.js';
import type { Scope } from './scope.js';

export interface Reader extends ConstantValues {
  /** What is read so far. */
  readonly graph: Graph;
  /** Appends nodes of the file, in their order. @throws Error, naming node and operator, for one that can't be. */
  appendAll(nodes: readonly Onnx.INodeProto[], scope: Scope): void;
  /** Appends a node that no file has. @returns its output. */
  add(opType: string, inputs: readonly Value[], attributes?: Attributes): Value;
  /** Appends such a node, of which more is said. */
  emit(node: Node): void;
  /** A name that nothing has, neither here nor in the file. */
  unusedName(base: string): Value;
  /** A constant that is made up: of int64 in a list, unless said otherwise. */
  constant(values: readonly number[], shape?: Shape, dtype?: DType): Value;
  /** Takes a constant of the file in, under a name like `name`. */
  keep(name: string, proto: Onnx.ITensorProto): Value;
  /** Gives a value a second name. */
  bind(value: Value, to: Value): void;
  /** The value that a name stands for; undefined where there is none. */
  resolve(name: string, scope: Scope): Value | undefined;
  /** Brings a constant into the graph, where it is not yet. */
  bring(value: Value): void;
}
