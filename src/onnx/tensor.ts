/** Element types, shapes and constant tensors, and their form in ONNX's TensorProto. */

import type Long from 'long';
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../one-line.js';
import { onnx } from './proto.js';

/**
 * Element types by the names ONNX Runtime's JavaScript API gives them: ONNX's number, and the array that holds them (Node runs
 * on little-endian machines only, and ONNX's raw data is little-endian).
 */
const dtypes = {
  float32: { number: onnx.TensorProto.DataType.FLOAT, array: Float32Array },
  float64: { number: onnx.TensorProto.DataType.DOUBLE, array: Float64Array },
  float16: { number: onnx.TensorProto.DataType.FLOAT16, array: Uint16Array },
  int8: { number: onnx.TensorProto.DataType.INT8, array: Int8Array },
  int16: { number: onnx.TensorProto.DataType.INT16, array: Int16Array },
  int32: { number: onnx.TensorProto.DataType.INT32, array: Int32Array },
  int64: { number: onnx.TensorProto.DataType.INT64, array: BigInt64Array },
  uint8: { number: onnx.TensorProto.DataType.UINT8, array: Uint8Array },
  uint16: { number: onnx.TensorProto.DataType.UINT16, array: Uint16Array },
  uint32: { number: onnx.TensorProto.DataType.UINT32, array: Uint32Array },
  uint64: { number: onnx.TensorProto.DataType.UINT64, array: BigUint64Array },
  bool: { number: onnx.TensorProto.DataType.BOOL, array: Uint8Array },
} as const;

export type DType = keyof typeof dtypes;
export type Shape = readonly number[];

/** What is known of a value before anything runs. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Bytes that lie in a file beside the model (`location` is relative to it). */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A constant: its elements row-major and little-endian, here or in an external file. */
export interface Tensor extends TensorType {
  readonly data: Uint8Array | ExternalData;
}

export const isFloat = (dtype: DType): boolean => dtype.startsWith('float');

/** How many elements a tensor of that shape has. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** Whether there could be a tensor of that type: sides are whole numbers, and its bytes can be counted. */
export const isPossible = ({ shape }: TensorType): boolean =>
  shape.every((side) => Number.isSafeInteger(side) && side >= 0) && sizeOf(shape) <= 2 ** 48;

/** How many bytes a tensor of that type takes. */
export const byteLength = ({ dtype, shape }: TensorType): number =>
  sizeOf(shape) * dtypes[dtype].array.BYTES_PER_ELEMENT;

export const dtypeNumber = (dtype: DType): number => dtypes[dtype].number;

/** @throws Error for the element types that are not supported (strings, complex numbers, bfloat16 and newer ones). */
export function dtypeOf(number: number): DType {
  const found = (Object.keys(dtypes) as DType[]).find((dtype) => dtypes[dtype].number === number);
  if (!found) throw new Error(`tensors of ONNX element type ${number} are not supported`);
  return found;
}

/** A constant tensor out of numbers, row-major. @throws Error where their count does not fit the shape. */
export function tensor(dtype: DType, values: readonly number[], shape: Shape): Tensor {
  if (values.length !== sizeOf(shape)) {
    throw new Error(`${values.length} values do not fill a tensor of shape [${shownName(shape.join(', '))}]`);
  }
  return { dtype, shape: [...shape], data: new Uint8Array(elements(dtype, values).buffer) };
}

function elements(dtype: DType, values: readonly number[]) {
  const { array } = dtypes[dtype];
  if (dtype === 'float16') throw new Error('constants of type float16 are only passed through');
  if (array === BigInt64Array || array === BigUint64Array) {
    if (!values.every(Number.isInteger)) throw new Error(`constants of type ${dtype} are whole numbers`);
    return array.from(values.map(BigInt));
  }
  const held = new array(values.length);
  values.forEach((value, i) => {
    held[i] = value;
  });
  return held;
}

/** The elements of a constant as numbers. @throws Error where they lie in an external file. */
export function tensorValues({ dtype, data }: Tensor): number[] {
  if (!(data instanceof Uint8Array))
    throw new Error(`the values of a tensor in ${shownName(data.location)} are not loaded`);
  if (dtype === 'float16') throw new Error('constants of type float16 are only passed through');
  const values: ArrayLike<number | bigint> = new dtypes[dtype].array(Uint8Array.from(data).buffer);
  return Array.from(values, Number);
}

export function tensorToProto(name: string, { dtype, shape, data }: Tensor): Onnx.ITensorProto {
  const proto = { name, dims: [...shape], dataType: dtypes[dtype].number };
  if (data instanceof Uint8Array) return { ...proto, rawData: data };
  return {
    ...proto,
    dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: data.location },
      { key: 'offset', value: String(data.offset) },
      { key: 'length', value: String(data.length) },
    ],
  };
}

/** @throws Error for an element type that is not supported, or bytes that do not fill the shape. */
export function tensorFromProto(proto: Onnx.ITensorProto): Tensor {
  const dtype = dtypeOf(proto.dataType ?? 0);
  const shape = (proto.dims ?? []).map(toNumber);
  if (!isPossible({ dtype, shape })) {
    throw new Error(
      `the tensor '${shownName(proto.name ?? '')}' can't have the sides [${shownName(shape.join(', '))}]`,
    );
  }
  const length = byteLength({ dtype, shape });
  if (proto.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL) {
    const entry = (key: string) => proto.externalData?.find((candidate) => candidate.key === key)?.value;
    const location = entry('location');
    if (!location) throw new Error(`the external tensor '${shownName(proto.name ?? '')}' names no file`);
    return { dtype, shape, data: { location, offset: Number(entry('offset') ?? 0), length } };
  }
  if (proto.rawData?.length) {
    if (proto.rawData.length !== length)
      throw new Error(`the tensor '${shownName(proto.name ?? '')}' does not have ${length} bytes`);
    return { dtype, shape, data: Uint8Array.from(proto.rawData) };
  }
  // The older form: one list of numbers per family of element types.
  const numbers = [proto.floatData, proto.doubleData, proto.int64Data, proto.int32Data, proto.uint64Data].find(
    (list) => list?.length,
  );
  return tensor(dtype, (numbers ?? []).map(toNumber), shape);
}

/** protobufjs gives 64-bit integers as Long objects; every one that we read (sizes, axes) fits a number. */
export const toNumber = (value: number | Long | null | undefined): number => Number(value ?? 0);
