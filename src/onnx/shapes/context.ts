/** What a rule of shape inference is given, and the few questions that many of them ask. */
import { intsAttribute, type Node, nodeLabel, type Value } from '../node.js';
import type { DType, Shape, TensorType } from '../tensor.js';

/** The types of a node's outputs, from its inputs and attributes. @throws NotConstant where only running tells the shape. */
export type ShapeRule = (context: ShapeContext) => readonly (TensorType | undefined)[];
export type ShapeRules = Readonly<Record<string, ShapeRule>>;

/** What is known of the values of a graph. */
export interface TypedValues {
  /** @throws Error where the value does not exist or its type is not known. */
  type(value: Value): TensorType;
  /** Undefined where the type is not known. */
  knownType(value: Value): TensorType | undefined;
  /** The elements of a value that is known before anything runs, or undefined. */
  constantValues(value: Value): number[] | undefined;
}

/** The inputs of a node are sound, but the shape of what it gives is known only when it runs. */
export class NotConstant extends Error {}

export class ShapeContext {
  constructor(
    private readonly values: TypedValues,
    readonly node: Node,
  ) {}

  has(input: number): boolean {
    return Boolean(this.node.inputs[input]);
  }

  type(input: number): TensorType {
    const name = this.node.inputs[input];
    return name ? this.values.type(name) : this.fail(`input ${input} is missing`);
  }

  shape(input: number): Shape {
    return this.type(input).shape;
  }

  dtype(input: number): DType {
    return this.type(input).dtype;
  }

  /** The elements of an input that decides on shapes, and so has to be a constant. */
  constants(input: number): number[] {
    const values = this.values.constantValues(this.node.inputs[input] ?? '');
    return values ?? this.unknown(`input ${input} has to be a constant, so that shapes are known before anything runs`);
  }

  /** The only element of such an input. */
  constant(input: number): number {
    const values = this.constants(input);
    return values.length === 1 ? values[0]! : this.fail(`input ${input} has ${values.length} elements instead of one`);
  }

  /** @throws NotConstant */
  unknown(reason: string): never {
    throw new NotConstant(`${nodeLabel(this.node)}: ${reason}`);
  }

  /** Axes that are an attribute in older operator sets and an input in newer ones; undefined where left out. */
  axes(): number[] | undefined {
    const listed = this.has(1) ? this.constants(1) : intsAttribute(this.node, 'axes');
    return listed?.map((axis) => this.axis(axis, this.shape(0).length));
  }

  /** An axis counted from the front. */
  axis(axis: number, rank: number): number {
    if (axis < -rank || axis >= rank) this.fail(`there is no axis ${axis} in a tensor of ${rank} dimensions`);
    return axis < 0 ? axis + rank : axis;
  }

  fail(reason: string): never {
    throw new Error(`${nodeLabel(this.node)}: ${reason}`);
  }
}

/** The shape that several shapes broadcast to (multidirectional, as in NumPy); undefined where they do not fit. */
export function broadcastShapes(shapes: readonly Shape[]): number[] | undefined {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result: number[] = [];
  for (let i = 1; i <= rank; i++) {
    const sides = shapes.map((shape) => shape.at(-i) ?? 1).filter((side) => side !== 1);
    if (sides.some((side) => side !== sides[0])) return undefined;
    result.unshift(sides[0] ?? 1);
  }
  return result;
}
