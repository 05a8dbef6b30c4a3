/** What a rule of shape inference is given, and the few questions that many of them ask. */
import { intsAttribute, type Node, nodeLabel, type Value } from '../node.js';
import { areKnown, isOpen, isSame, known, NotConstant, namesIn, type Side, type Sides, sideAt } from '../sides.js';
import type { DType, Shape, TensorType, ValueType } from '../tensor.js';

/** The types of a node's outputs, from its inputs and attributes. @throws NotConstant where only running tells the shape. */
export type ShapeRule = (context: ShapeContext) => readonly (ValueType | undefined)[];
export type ShapeRules = Readonly<Record<string, ShapeRule>>;

/** What is known of the values of a graph. */
export interface TypedValues {
  /** @throws Error where the value does not exist or its type is not known, NotConstant where a side is open. */
  type(value: Value): TensorType;
  /** Undefined where the type is not known. Sides may be open. */
  knownType(value: Value): ValueType | undefined;
  /** The elements of a value that is known before anything runs, or undefined. Integers may be open sides. */
  elements(value: Value): Sides | undefined;
}

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

  /** As {@link type}, for what goes without the numbers of open sides. */
  valueType(input: number): ValueType {
    const name = this.node.inputs[input];
    if (!name) return this.fail(`input ${input} is missing`);
    return this.values.knownType(name) ?? this.values.type(name);
  }

  shape(input: number): Shape {
    return this.type(input).shape;
  }

  sides(input: number): Sides {
    return this.valueType(input).shape;
  }

  rank(input: number): number {
    return this.sides(input).length;
  }

  dtype(input: number): DType {
    return this.valueType(input).dtype;
  }

  /** The elements of an input that decides on shapes, and so has to be a constant. */
  constants(input: number): readonly number[] {
    const values = this.elements(input);
    return areKnown(values) ? values : values.map(known);
  }

  /** The elements of an input that is made of constants and sides. */
  elements(input: number): Sides {
    const values = this.values.elements(this.node.inputs[input] ?? '');
    return values ?? this.unknown(`input ${input} has to be a constant, so that shapes are known before anything runs`);
  }

  /** The only element of such an input. */
  constant(input: number): number {
    return this.#only(input, this.constants(input));
  }

  element(input: number): Side {
    return this.#only(input, this.elements(input));
  }

  #only<T>(input: number, values: readonly T[]): T {
    return values.length === 1 ? values[0]! : this.fail(`input ${input} has ${values.length} elements instead of one`);
  }

  /** @throws NotConstant */
  unknown(reason: string): never {
    throw new NotConstant(`${nodeLabel(this.node)}: ${reason}`);
  }

  /** Axes that are an attribute in older operator sets and an input in newer ones; undefined where left out. */
  axes(): number[] | undefined {
    const listed = this.has(1) ? this.constants(1) : intsAttribute(this.node, 'axes');
    return listed?.map((axis) => this.axis(axis, this.rank(0)));
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

/** Sides as messages show them. */
export const shownSides = (sides: Sides): string => `[${sides.join(', ')}]`;

/** A number that many strides go into. */
const evenSide = 2 ** 10 * 3 ** 2 * 5 * 7;

/**
 * Whether two sides that have to be equal can be. Of open ones nothing else is known than that the model runs; but those of the same names
 * have to agree where these are sizes that strides go into: H and 2·⌊H / 2⌋ do.
 */
export function mayBeSame(a: Side, b: Side): boolean {
  if (isSame(a, b)) return true;
  const hasOthers = [a, b].some((side) => isOpen(side)) && namesOnly(a) !== namesOnly(b);
  return hasOthers || isSameWhereEven(a, b);
}

function isSameWhereEven(a: Side, b: Side): boolean {
  const numbers = new Map(namesIn([a, b]).map(({ name }, i) => [name, evenSide * (i + 1)]));
  return sideAt(a, numbers) === sideAt(b, numbers);
}

/** Of sides that are equal, where the model runs, the one that says most: a number, or the shortest formula. */
export function clearest(sides: Sides): Side {
  return sides.reduce((a, b) => (!isOpen(a) || (isOpen(b) && String(a).length <= String(b).length) ? a : b));
}

/**
 * The shape that several shapes broadcast to (multidirectional, as in NumPy); undefined where they do not fit.
 * @throws NotConstant where that takes the number of an open side. One alone is not taken for a 1 that is repeated.
 */
export function broadcastShapes(shapes: readonly Shape[]): number[] | undefined;
export function broadcastShapes(shapes: readonly Sides[]): Side[] | undefined;
export function broadcastShapes(shapes: readonly Sides[]): Side[] | undefined {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result: Side[] = [];
  for (let i = 1; i <= rank; i++) {
    const sides = shapes.map((shape) => shape.at(-i) ?? 1).filter((side) => side !== 1);
    const [first = 1] = sides;
    const others = sides.filter((side) => !isSame(side, first));
    if (others.length === 0) {
      result.unshift(first);
      continue;
    }
    if (others.some((side) => !mayBeSame(side, first))) return undefined;
    for (const side of others) {
      if (isSameWhereEven(side, first)) continue;
      throw new NotConstant(
        `whether the sides ${first} and ${side} are the same is not known; give them in inputShapes`,
      );
    }
    result.unshift(clearest([first, ...others]));
  }
  return result;
}

const namesOnly = (side: Side): string =>
  namesIn([side])
    .map(({ key }) => key)
    .sort()
    .join();
