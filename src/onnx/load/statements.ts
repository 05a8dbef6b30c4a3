/** What a file states of the types of its values. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../../one-line.js';
import { openSide } from '../sides.js';
import { type DType, dtypeOf, type Shape, type TensorType, toNumber, type ValueType } from '../tensor.js';

/** The type that a file states for a value; undefined where it is no tensor, or leaves a side open. */
export function statedType({ type }: Onnx.IValueInfoProto): TensorType | undefined {
  const stated = type?.tensorType;
  const shape = stated?.shape?.dim?.map(sideOf);
  if (!stated?.elemType || !shape?.every((side) => typeof side === 'number')) return undefined;
  return { dtype: dtypeOf(stated.elemType), shape };
}

/** What a file states of an input. */
export interface StatedInput {
  readonly name: string;
  /** Undefined where it is no tensor. */
  readonly dtype: DType | undefined;
  /** Undefined where nothing is said of them, and each that is left open. */
  readonly sides: readonly (number | undefined)[] | undefined;
}

/** @throws Error for an element type that is not supported. */
export function statedInput({ name, type }: Onnx.IValueInfoProto): StatedInput {
  const stated = type?.tensorType;
  const sides = stated?.shape?.dim
    ?.map(sideOf)
    .map((side) => (typeof side === 'number' && side !== 0 ? side : undefined));
  return { name: name ?? '', dtype: stated?.elemType ? dtypeOf(stated.elemType) : undefined, sides };
}

/** A side: a number, the name that it has in the file, or undefined where nothing is said of it. A stated 0 is one. */
function sideOf(dim: Onnx.TensorShapeProto.IDimension): number | string | undefined {
  if (dim.dimParam) return dim.dimParam;
  return Object.hasOwn(dim, 'dimValue') ? toNumber(dim.dimValue) : undefined;
}

/** Whether an input is given other sides than the file states. Some exporters write 0 for a side that they leave open. */
export function isOtherShape({ type }: Onnx.IValueInfoProto, given: Shape | undefined): boolean {
  const sides = type?.tensorType?.shape?.dim?.map(sideOf) ?? [];
  return sides.some((side, i) => typeof side === 'number' && side !== 0 && side !== (given?.[i] ?? side));
}

/**
 * The type of an input of the graph. Sides that the file leaves open stay so: those of one name are the same.
 * @param given its shape, where whoever loads the model says it.
 * @throws Error, naming the input, where it is no tensor, or of any rank and nobody gives its shape.
 */
export function inputType(info: Onnx.IValueInfoProto, given: Shape | undefined): ValueType {
  const name = info.name ?? '';
  const called = `input '${shownName(name)}'`;
  const { type } = info;
  if (type?.sequenceType || type?.mapType)
    throw new Error(`its ${called} is a sequence or a map; only tensors are supported`);
  if (!type?.tensorType)
    throw new Error(`its ${called} is no tensor (an optional, perhaps); only tensors are supported`);
  const dtype = dtypeOf(type.tensorType.elemType ?? 0);
  const sides = type.tensorType.shape?.dim?.map(sideOf);
  if (given) {
    if (sides && sides.length !== given.length)
      throw new Error(`its ${called} is ${shownSides(sides)}; [${given.join(', ')}] does not fit that`);
    return { dtype, shape: given };
  }
  if (!sides) throw new Error(`the model leaves the rank of its ${called} open; give its shape in inputShapes`);
  const shape = sides.map((side, axis) =>
    typeof side === 'number' ? side : openSide(side ?? `${name}_side_${axis}`, name),
  );
  return { dtype, shape };
}

const shownSides = (sides: readonly (number | string | undefined)[] | undefined): string =>
  sides ? `[${shownName(sides.map((side) => side ?? '?').join(', '))}]` : 'of any rank';
