/** What a rule of folding is given: a node whose inputs are constants, and the types of its outputs. */
import type { Node, Value } from '../node.js';
import type { TypedValues } from '../shapes/context.js';
import { inferTypes } from '../shapes/index.js';
import { areKnown, NotConstant } from '../sides.js';
import { type DType, isReadable, type Shape, sizeOf, type Tensor, type TensorType } from '../tensor.js';

/** The elements of each output, row-major; undefined where they are not computed here. */
export type FoldRule = (c: FoldContext) => readonly (readonly number[])[] | undefined;
export type FoldRules = Readonly<Record<string, FoldRule>>;

export interface FoldContext {
  readonly node: Node;
  /** The elements of an input, row-major. */
  values(input: number): readonly number[];
  shape(input: number): Shape;
  dtype(input: number): DType;
  has(input: number): boolean;
  readonly outputs: readonly TensorType[];
  /** Type of the first output. */
  readonly y: TensorType;
}

export interface ConstantValues extends TypedValues {
  /** A constant; undefined for other values. */
  tensor(value: Value): Tensor | undefined;
  /** Whether a value is computed of open sides. */
  isOfOpenSides(value: Value): boolean;
}

/** Numbers in a constant that is folded: positions of a sequence, masks, sides. Larger ones are left to who runs the graph. */
const largest = 2 ** 14;

export const isSmall = ({ dtype, shape, data }: Tensor): boolean =>
  data instanceof Uint8Array && isReadable(dtype) && sizeOf(shape) <= largest;

/** The types of a node's outputs, where all are known, and small. */
export function smallTypes(values: TypedValues, node: Node): TensorType[] | undefined {
  try {
    const types = inferTypes(values, node)?.slice(0, node.outputs.length);
    const areSmall = types?.every(
      (type) => type && areKnown(type.shape) && sizeOf(type.shape) <= largest && isReadable(type.dtype),
    );
    return areSmall ? (types as TensorType[]) : undefined;
  } catch (error) {
    if (error instanceof NotConstant) return undefined;
    throw error;
  }
}

/** @param read gives the elements of an input, once. */
export function contextOf(
  node: Node,
  inputs: readonly (TensorType | undefined)[],
  outputs: readonly TensorType[],
  read: (input: number) => readonly number[],
): FoldContext {
  const known = new Map<number, readonly number[]>();
  return {
    node,
    outputs,
    y: outputs[0]!,
    has: (input) => Boolean(node.inputs[input]),
    shape: (input) => inputs[input]!.shape,
    dtype: (input) => inputs[input]!.dtype,
    values(input) {
      const elements = known.get(input) ?? read(input);
      known.set(input, elements);
      return elements;
    },
  };
}

/** Places of elements along every axis, row-major. */
export function* places(shape: Shape): Generator<readonly number[]> {
  const count = sizeOf(shape);
  const place = shape.map(() => 0);
  for (let i = 0; i < count; i++) {
    yield place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis]!++;
      if (place[axis]! < shape[axis]!) break;
      place[axis] = 0;
    }
  }
}

/** Where an element stands, counted through all. */
export const offsetOf = (place: readonly number[], shape: Shape): number =>
  shape.reduce((offset, side, axis) => offset * side + place[axis]!, 0);

/** The elements of a tensor of `shape`, each out of its place. */
export function fromPlaces(shape: Shape, element: (place: readonly number[]) => number): number[] {
  const result: number[] = [];
  for (const place of places(shape)) result.push(element(place));
  return result;
}

/** The elements of a tensor, broadcast to a shape of as many axes or more. */
export function broadcastTo(values: readonly number[], from: Shape, to: Shape): readonly number[] {
  if (values.length === sizeOf(to)) return values;
  if (values.length === 1) return Array<number>(sizeOf(to)).fill(values[0]!);
  const added = to.length - from.length;
  return fromPlaces(to, (place) => {
    let offset = 0;
    for (const [axis, side] of from.entries()) offset = offset * side + (side === 1 ? 0 : place[axis + added]!);
    return values[offset]!;
  });
}
