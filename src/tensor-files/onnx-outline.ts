/** The outline of an ONNX file: its graph without the tensors' values, of which it tells where they lie. */
import type { onnx as Onnx } from 'onnx-proto';
import { InputError } from '../errors.js';
import { onnx } from '../onnx/proto.js';
import type { StoredFile } from './stored-file.js';

/**
 * VGG-19's outline takes some kilobytes. What is decoded takes up to fifty times the memory of its bytes, so that a file made
 * for the purpose could fill it.
 */
const largestOutline = 2 ** 20;

/** Where a tensor's values lie in the model's file. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** The fields of a message that are looked into; all others are taken over as they are (onnx.proto, `message ModelProto` …). */
interface MessageFields {
  readonly inside: Readonly<Record<number, MessageFields>>;
  /** Fields of bytes that are replaced by their place. */
  readonly values: readonly number[];
}

// float_data and double_data have, packed, the same bytes as raw_data.
const tensorFields: MessageFields = { inside: {}, values: [4, 9, 10] };
const attributeFields: MessageFields = { inside: { 5: tensorFields }, values: [] };
const nodeFields: MessageFields = { inside: { 5: attributeFields }, values: [] };
const graphFields: MessageFields = { inside: { 1: nodeFields, 5: tensorFields }, values: [] };
const modelFields: MessageFields = { inside: { 7: graphFields }, values: [] };

const rawDataField = 9;
const lengthDelimited = 2;

/**
 * Reads a model's outline. In its tensors, `rawData` holds a {@link Place}: see {@link placeOf}.
 * @param largest how many bytes it may have. Default: what is enough for VGG-19.
 * @throws InputError where the file was cut short, is no ONNX model or has an outline that is far too large.
 */
export function readOutline(file: StoredFile, largest = largestOutline): Onnx.IModelProto {
  const pieces: Buffer[] = [];
  const length = outlineOf(file, new Window(file), { begin: 0, end: file.size }, modelFields, pieces, largest);
  try {
    return onnx.ModelProto.decode(Buffer.concat(pieces, length));
  } catch (cause) {
    throw new InputError(`${file.path} is damaged or no ONNX model; download or export it again`, { cause });
  }
}

/** Where the values of a tensor in an outline lie; undefined where it has none in the model's file. */
export function placeOf({ rawData }: Onnx.ITensorProto): Place | undefined {
  if (rawData?.length !== 16) return undefined;
  const view = new DataView(rawData.buffer, rawData.byteOffset, 16);
  return { offset: view.getFloat64(0), length: view.getFloat64(8) };
}

/** Appends the outline of a message to `pieces`. @returns its bytes. */
function outlineOf(
  file: StoredFile,
  window: Window,
  { begin, end }: { begin: number; end: number },
  { inside, values }: MessageFields,
  pieces: Buffer[],
  largest: number,
): number {
  let total = 0;
  const add = (piece: Buffer) => {
    pieces.push(piece);
    total += piece.length;
    if (total > largest) throw tooLarge(file, largest);
  };
  for (let at = begin; at < end; ) {
    const tag = window.varint(at, end);
    const field = Math.floor(tag.value / 8);
    const wireType = tag.value % 8;
    if (wireType !== lengthDelimited) {
      const next = tag.next + sizeOfScalar(file, window, wireType, tag.next, end);
      if (next > end) throw cutShort(file);
      add(window.bytes(at, next - at));
      at = next;
      continue;
    }
    const length = window.varint(tag.next, end);
    const next = length.next + length.value;
    if (next > end) throw cutShort(file);
    if (values.includes(field)) {
      const place = Buffer.alloc(16);
      place.writeDoubleBE(length.next, 0);
      place.writeDoubleBE(length.value, 8);
      add(Buffer.concat([varintBytes(rawDataField * 8 + lengthDelimited), varintBytes(16), place]));
    } else if (inside[field]) {
      const nested: Buffer[] = [];
      const nestedLength = outlineOf(file, window, { begin: length.next, end: next }, inside[field], nested, largest);
      add(varintBytes(tag.value));
      add(varintBytes(nestedLength));
      total += nestedLength;
      for (const piece of nested) pieces.push(piece);
    } else {
      if (next - at > largest) throw tooLarge(file, largest);
      add(window.bytes(at, next - at));
    }
    if (total > largest) throw tooLarge(file, largest);
    at = next;
  }
  return total;
}

function sizeOfScalar(file: StoredFile, window: Window, wireType: number, at: number, end: number): number {
  if (wireType === 0) return window.varint(at, end).next - at;
  if (wireType === 1) return 8;
  if (wireType === 5) return 4;
  throw new InputError(`${file.path} is damaged or no ONNX model; download or export it again`);
}

const cutShort = ({ path }: StoredFile): InputError =>
  new InputError(`${path} was cut short, is damaged or is no ONNX model; download or export it again`);

const tooLarge = ({ path }: StoredFile, largest: number): InputError =>
  new InputError(
    `${path} does not hold VGG-19 as it is usually exported: without the weights it has more than ` +
      `${largest / 2 ** 20} MB; export it again, with the weights as raw data`,
  );

function varintBytes(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A part of the file in memory, because the outline is read a few bytes at a time. */
class Window {
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(private readonly file: StoredFile) {}

  bytes(at: number, length: number): Buffer {
    if (length > windowSize) return this.file.read(at, length);
    if (at < this.#start || at + length > this.#start + this.#bytes.length) {
      this.#start = at;
      this.#bytes = this.file.read(at, Math.max(length, Math.min(windowSize, this.file.size - at)));
    }
    return this.#bytes.subarray(at - this.#start, at - this.#start + length);
  }

  /** The number at `at` and what follows it. Ten bytes at most; beyond 2^53 it is not exact, and too large for any file. */
  varint(at: number, end: number): { value: number; next: number } {
    const bytes = this.bytes(at, Math.min(10, end - at));
    let value = 0;
    for (const [i, byte] of bytes.entries()) {
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return { value, next: at + i + 1 };
    }
    throw cutShort(this.file);
  }
}

const windowSize = 2 ** 16;
