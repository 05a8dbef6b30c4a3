/** Element types, shapes and constant tensors, and their form in ONNX's TensorProto. */

import type Long from 'long';
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../one-line.js';
import { onnx } from './proto.js';
import { isOpen, type Sides } from './sides.js';

const { DataType } = onnx.TensorProto;

/**
 * Element types by the names ONNX Runtime's JavaScript API gives them, those that it lacks by ONNX's: ONNX's number, the array that
 * holds them (Node runs on little-endian machines only, and ONNX's raw data is little-endian), and bits of an element where the array
 * has another width. Of those whose `opaque` is true only bits are known here: they are passed through. Numbers past 16 are newer than
 * the messages that onnx-proto knows.
 */
const dtypes = {
  float32: { number: DataType.FLOAT, array: Float32Array },
  float64: { number: DataType.DOUBLE, array: Float64Array },
  float16: { number: DataType.FLOAT16, array: Uint16Array, opaque: true },
  bfloat16: { number: DataType.BFLOAT16, array: Uint16Array, opaque: true },
  float8e4m3fn: { number: 17, array: Uint8Array, opaque: true },
  float8e4m3fnuz: { number: 18, array: Uint8Array, opaque: true },
  float8e5m2: { number: 19, array: Uint8Array, opaque: true },
  float8e5m2fnuz: { number: 20, array: Uint8Array, opaque: true },
  float4e2m1: { number: 23, array: Uint8Array, opaque: true, bits: 4 },
  complex64: { number: DataType.COMPLEX64, array: Float32Array, opaque: true, bits: 64 },
  complex128: { number: DataType.COMPLEX128, array: Float64Array, opaque: true, bits: 128 },
  int4: { number: 22, array: Uint8Array, opaque: true, bits: 4 },
  int8: { number: DataType.INT8, array: Int8Array },
  int16: { number: DataType.INT16, array: Int16Array },
  int32: { number: DataType.INT32, array: Int32Array },
  int64: { number: DataType.INT64, array: BigInt64Array },
  uint4: { number: 21, array: Uint8Array, opaque: true, bits: 4 },
  uint8: { number: DataType.UINT8, array: Uint8Array },
  uint16: { number: DataType.UINT16, array: Uint16Array },
  uint32: { number: DataType.UINT32, array: Uint32Array },
  uint64: { number: DataType.UINT64, array: BigUint64Array },
  bool: { number: DataType.BOOL, array: Uint8Array },
} as const;

interface ElementType {
  readonly number: number;
  readonly array: (typeof dtypes)[DType]['array'];
  readonly opaque?: boolean;
  readonly bits?: number;
}

export type DType = keyof typeof dtypes;
export type Shape = readonly number[];

/** What is known of a value before anything runs: sides may be left open. */
export interface ValueType {
  readonly dtype: DType;
  readonly shape: Sides;
}

/** The type of a value whose sides are all known. */
export interface TensorType extends ValueType {
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
  /**
   * Whether it is an input of the file that has these elements where nothing else is given (an input's default, in ONNX' words). So ONNX Runtime
   * computes nothing of it beforehand, keeps no copy of it in another order, and does not know its sides from the third axis on.
   */
  readonly isDefault?: boolean;
}

export const isFloat = (dtype: DType): boolean => dtype.startsWith('float') || dtype === 'bfloat16';

/** Whether the values of elements are known here, and not their bits alone. */
export const isReadable = (dtype: DType): boolean => !elementType(dtype).opaque;

const elementType = (dtype: DType): ElementType => dtypes[dtype];

/** How many elements a tensor of that shape has. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** Whether there could be a tensor of that type: sides that are known are whole numbers, and its bytes can be counted. */
export function isPossible({ shape }: ValueType): boolean {
  let count = 1;
  for (const side of shape) {
    if (isOpen(side)) continue;
    if (!Number.isSafeInteger(side) || side < 0) return false;
    count *= side;
  }
  return count <= 2 ** 48;
}

/** How many bytes a tensor of that type takes. */
export function byteLength({ dtype, shape }: TensorType): number {
  const { array, bits } = elementType(dtype);
  return Math.ceil((sizeOf(shape) * (bits ?? 8 * array.BYTES_PER_ELEMENT)) / 8);
}

export const dtypeNumber = (dtype: DType): number => dtypes[dtype].number;

/** @throws Error for the element types that are not supported: strings, and what is newer than operator set 23. */
export function dtypeOf(number: number): DType {
  if (number === DataType.STRING) throw new Error(`tensors of strings (ONNX element type ${number}) are not supported`);
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
  const { array, opaque } = elementType(dtype);
  if (opaque) throw new Error(`constants of type ${dtype} are only passed through`);
  if (array === BigInt64Array || array === BigUint64Array) {
    if (!values.every(Number.isInteger)) throw new Error(`constants of type ${dtype} are whole numbers`);
    return array.from(values.map((value) => clamped(value, dtype === 'int64')));
  }
  const held = new array(values.length);
  values.forEach((value, i) => {
    held[i] = Number(value);
  });
  return held;
}

/** The largest 64-bit numbers, which mean "to the end", are rounded up as floats: past what an element holds. */
function clamped(value: number, signed: boolean): bigint {
  const most = signed ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  const exact = BigInt(value);
  return exact > most ? most : exact;
}

/** The elements of a constant as numbers. @throws Error where they lie in an external file, or only their bits are known. */
export function tensorValues({ dtype, data }: Tensor): number[] {
  if (!(data instanceof Uint8Array))
    throw new Error(`the values of a tensor in ${shownName(data.location)} are not loaded`);
  if (!isReadable(dtype)) throw new Error(`constants of type ${dtype} are only passed through`);
  const values: ArrayLike<number | bigint> = new (elementType(dtype).array)(Uint8Array.from(data).buffer);
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

/** Bytes of files beside a model, by the `location` that its tensors name. */
export type ExternalFiles = Readonly<Record<string, Uint8Array>>;

/**
 * A tensor of a file. Its bytes are those of the message, not a copy.
 * @param files what is known of the files beside the model; tensors in others keep their place.
 * @throws Error, naming the tensor, for an element type that is not supported, bytes that do not fill the shape, or a place in a file
 *   outside the model's folder.
 */
export function tensorFromProto(proto: Onnx.ITensorProto, files: ExternalFiles = {}): Tensor {
  const called = `the tensor '${shownName(proto.name ?? '')}'`;
  const dtype = dtypeOf(proto.dataType ?? 0);
  const shape = (proto.dims ?? []).map(toNumber);
  if (!isPossible({ dtype, shape })) throw new Error(`${called} can't have the sides [${shownName(shape.join(', '))}]`);
  const length = byteLength({ dtype, shape });
  if (proto.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL) {
    const place = externalPlace(proto, called, length);
    const bytes = Object.hasOwn(files, place.location) ? files[place.location] : undefined;
    if (!bytes) return { dtype, shape, data: place };
    if (place.offset + length > bytes.length)
      throw new Error(`${called} lies past the end of ${shownName(place.location)}, which has ${bytes.length} bytes`);
    return { dtype, shape, data: bytes.subarray(place.offset, place.offset + length) };
  }
  const { rawData } = proto;
  if (rawData?.length) {
    if (rawData.length !== length) throw new Error(`${called} does not have ${length} bytes`);
    return { dtype, shape, data: new Uint8Array(rawData.buffer, rawData.byteOffset, length) };
  }
  // The older form: one list of numbers per family of element types.
  const numbers = [proto.floatData, proto.doubleData, proto.int64Data, proto.int32Data, proto.uint64Data].find(
    (list) => list?.length,
  );
  const values = (numbers ?? []).map(toNumber);
  if (isReadable(dtype)) return tensor(dtype, values, shape);
  return { dtype, shape, data: bitsOf(dtype, values, length, called) };
}

/** Of types that are passed through, a list holds the bits: of an element (16 bits, 8 bits) or, of a complex one, its two floats. */
function bitsOf(dtype: DType, values: readonly number[], length: number, called: string): Uint8Array {
  const { array, bits } = elementType(dtype);
  // Two elements of 4 bits come in one number.
  const held = new (bits === 4 ? Uint8Array : (array as Uint8ArrayConstructor))(values);
  if (held.byteLength !== length) throw new Error(`${called} does not have ${length} bytes`);
  return new Uint8Array(held.buffer);
}

/** Where the values of an external tensor lie. The file has to be in the model's folder, or below. */
function externalPlace(proto: Onnx.ITensorProto, called: string, length: number): ExternalData {
  const entry = (key: string) => proto.externalData?.find((candidate) => candidate.key === key)?.value ?? undefined;
  const location = entry('location');
  if (!location) throw new Error(`${called} is external and names no file`);
  // Backslashes and drives mean something on Windows only; a file that is to work everywhere has none.
  if (location.startsWith('/') || /[\\:\0]/.test(location) || location.split('/').includes('..')) {
    throw new Error(`${called} lies in ${shownName(location)}, which is outside the model's folder`);
  }
  const number = (key: string, otherwise: number): number => {
    const text = entry(key);
    if (text === undefined) return otherwise;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new Error(`${called} has the ${key} ${shownName(text)} in ${shownName(location)}`);
  };
  const stated = number('length', length);
  if (stated !== length)
    throw new Error(`${called} has ${stated} bytes in ${shownName(location)} instead of ${length}`);
  return { location, offset: number('offset', 0), length };
}

/** protobufjs gives 64-bit integers as Long objects; every one that we read (sizes, axes) fits a number. */
export const toNumber = (value: number | Long | null | undefined): number => Number(value ?? 0);
