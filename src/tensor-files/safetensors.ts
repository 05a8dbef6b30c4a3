/** Safetensors files (github.com/huggingface/safetensors, "Format"): tensors by name, read one by one. */
import { InputError } from '../errors.js';
import { type FloatType, toFloat32 } from './floats.js';
import { isObject, isSizes, parseJson, printName } from './json.js';
import { firstOverlap } from './overlap.js';
import { openFile, type StoredFile } from './stored-file.js';
import type { StoredTensor } from './stored-tensor.js';

/**
 * Whether a file begins as a safetensors file does: eight bytes for the length of the header, and the header, a JSON object. No text has a zero among its first bytes, as every such length has.
 */
export const isSafetensors = (start: Uint8Array): boolean =>
  start[lengthBytes] === '{'.charCodeAt(0) && start.subarray(0, lengthBytes).includes(0);

const lengthBytes = 8;

/** VGG-19's header takes some kilobytes. More than this would only be a way to fill the memory. */
const largestHeader = 2 ** 22;

/** The first bytes of a file, with all of its header where it has one, cut or not. @throws InputError where it can't be read. */
export async function readStart(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    return file.read(0, Math.min(file.size, lengthBytes + largestHeader));
  } finally {
    file.close();
  }
}

/** How many bits an element of each type takes; those that we read are in {@link floatTypes}. */
const bitsOf: Readonly<Record<string, number>> = {
  ...{ F64: 64, F32: 32, F16: 16, BF16: 16, F8_E4M3: 8, F8_E5M2: 8, F8_E8M0: 8, F4: 4 },
  ...{ I64: 64, I32: 32, I16: 16, I8: 8, U64: 64, U32: 32, U16: 16, U8: 8, BOOL: 8 },
};

const floatTypes: Readonly<Record<string, FloatType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Where it lies in the file. */
  readonly begin: number;
  readonly end: number;
}

/** An open safetensors file. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What the file says of itself. */
  readonly metadata: Readonly<Record<string, unknown>>;
  close(): void;
}

/**
 * Opens a safetensors file.
 * @throws InputError where it can't be read, or its header is not one: too long, no JSON, tensors outside the file, of another
 *   length than their shape says, one over the other, or bytes behind them.
 */
export async function openSafetensors(path: string): Promise<Safetensors> {
  const file = await openFile(path);
  try {
    const { entries, metadata } = readHeader(file);
    const tensors = new Map(entries.map((entry) => [entry.name, storedTensor(file, entry)]));
    return { tensors, metadata: metadata ?? {}, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readHeader(file: StoredFile): { entries: Entry[]; metadata: Record<string, unknown> | undefined } {
  const { path } = file;
  const length = file.read(0, lengthBytes).readBigUInt64LE();
  if (length > BigInt(file.size - lengthBytes)) {
    throw new InputError(
      `${path} was cut short or is damaged: its header is to have ${length} bytes, but the file has ${file.size}; ` +
        'download or copy it again',
    );
  }
  if (length > largestHeader) {
    throw new InputError(`${path} does not hold VGG-19: its header has ${length} bytes; VGG-19's has some thousand`);
  }
  const start = lengthBytes + Number(length);
  const header = parseJson(path, file.read(lengthBytes, Number(length)));
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => entryOf(file, start, name, value));
  checkOverlap(path, entries);
  const more = file.size - entries.reduce((last, { end }) => Math.max(last, end), start);
  if (more > 0)
    throw new InputError(`${path} is damaged: it has ${more} bytes more than its tensors; download or copy it again`);
  const metadata = header.__metadata__;
  return { entries, metadata: isObject(metadata) ? metadata : undefined };
}

function entryOf({ path, size }: StoredFile, start: number, name: string, value: unknown): Entry {
  const damaged = (what: string) =>
    new InputError(`${path} is damaged: the tensor ${printName(name)} ${what}; download or convert it again`);
  if (!isObject(value)) throw damaged('has no description');
  const { dtype: type, shape, data_offsets: offsets } = value;
  if (typeof type !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw damaged('is not described by dtype, shape and data_offsets');
  }
  const [begin, end] = [start + offsets[0]!, start + offsets[1]!];
  if (begin > end || end > size) throw damaged('lies outside the file');
  const bits = bitsOf[type];
  // Not converted to whole numbers of bytes first, because four bits are a type too.
  if (bits !== undefined && shape.reduce((product, side) => product * side, bits) !== (end - begin) * 8) {
    throw damaged('has another length than its shape and dtype say');
  }
  return { name, type, shape, begin, end };
}

function checkOverlap(path: string, entries: readonly Entry[]): void {
  const overlap = firstOverlap(entries);
  if (!overlap) return;
  const names = overlap.map(({ name }) => printName(name)).join(' and ');
  throw new InputError(`${path} is damaged: the tensors ${names} overlap; download or convert it again`);
}

function storedTensor(file: StoredFile, { type, shape, begin, end }: Entry): StoredTensor {
  const floats = floatTypes[type];
  return {
    shape,
    isFloat: floats !== undefined,
    read: () => toFloat32(file.read(begin, end - begin), floats!),
  };
}
