/** Weights from TensorFlow.js layers models: a `model.json` and the shards that it names. */
import { InputError } from '../../../../errors.js';
import { toFloat32 } from '../../../../tensor-files/floats.js';
import { isObject, isSizes, parseJson, printName } from '../../../../tensor-files/json.js';
import { besideFile, openFile, type StoredFile } from '../../../../tensor-files/stored-file.js';
import type { StoredTensor } from '../../../../tensor-files/stored-tensor.js';
import type { ConvLayer } from '../../layers.js';
import type { StoredWeights } from '../convolutions.js';
import { preprocessingNamed } from './metadata.js';

/** A model.json with the topology takes some ten kilobytes. */
const largestModelJson = 2 ** 23;

/** Three times the shards of 4 MB, the converter's, that the network with its classifier takes. All are open at once. */
const mostShards = 512;

/** The element types of TensorFlow.js, by their bytes, except for `string`, which has no fixed length. */
const bytesOf: ReadonlyMap<unknown, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['float16', 2],
  ['uint16', 2],
  ['uint8', 1],
  ['bool', 1],
  ['complex64', 8],
]);

/** Values stored as `stored`, of which `value·scale + min` is meant (tfjs-core's `io_utils.ts`). */
interface Encoding {
  readonly stored: string;
  readonly scale: number;
  readonly min: number;
}

/** A file that begins with an opening brace: no other format that we know does. */
export const isTfjs = (start: Uint8Array): boolean => /^\s*\{/.test(Buffer.from(start).toString('latin1'));

/**
 * Opens a TensorFlow.js layers model by its `model.json`. Kernels are [3, 3, in, out], and the preprocessing is Keras', unless
 * `userDefinedMetadata` says `"preprocessing": "torchvision"`.
 * @throws InputError where it is none, a shard is not beside it, or the shards do not hold what it says.
 */
export async function openTfjs(path: string): Promise<StoredWeights> {
  const opened: StoredFile[] = [];
  const close = () => {
    for (const file of opened) file.close();
  };
  try {
    const tensors: (StoredTensor & { name: string })[] = [];
    const model = await readModelJson(path);
    for (const group of groupsOf(path, model)) {
      const shards: StoredFile[] = [];
      for (const name of group.paths) {
        const shard = await openFile(besideFile(path, name));
        opened.push(shard);
        shards.push(shard);
      }
      tensors.push(...tensorsOf(path, group.weights, shards));
    }
    const metadata = isObject(model.userDefinedMetadata) ? model.userDefinedMetadata : {};
    return {
      path,
      format: 'TensorFlow.js layers model',
      preprocessing: preprocessingNamed(path, metadata.preprocessing) ?? 'caffe',
      layout: 'HWIO',
      naming: 'with the layer names that Keras uses',
      whole: 'a model of the whole network',
      label: (layer) => layer.name,
      tensors(layer) {
        const found = tensors.filter(({ name }) => belongsTo(name, layer));
        return found.length > 0 ? found : undefined;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** `block1_conv1/kernel`, `vgg19/block1_conv1/kernel:0`, `block1_conv1_W_1`, `block1_conv1/block1_conv1_W`. */
function belongsTo(name: string, layer: ConvLayer): boolean {
  return name.split('/').some((part) => part === layer.name || part.startsWith(`${layer.name}_`));
}

async function readModelJson(path: string): Promise<Record<string, unknown>> {
  const file = await openFile(path);
  try {
    if (file.size > largestModelJson) {
      throw new InputError(`${path} is no model.json of VGG-19: it has ${file.size} bytes, which is far too much`);
    }
    return parseJson(path, file.read(0, file.size));
  } finally {
    file.close();
  }
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly unknown[];
}

function groupsOf(path: string, { weightsManifest }: Record<string, unknown>): Group[] {
  if (!Array.isArray(weightsManifest)) {
    throw new InputError(`${path} is no TensorFlow.js model: it has no weightsManifest; name a model's model.json`);
  }
  const groups = weightsManifest.map((group: unknown): Group => {
    if (isObject(group) && isNames(group.paths) && Array.isArray(group.weights)) {
      return { paths: group.paths, weights: group.weights };
    }
    throw new InputError(`${path} is damaged: its weightsManifest lacks paths or weights; convert the model again`);
  });
  const shards = groups.reduce((count, { paths }) => count + paths.length, 0);
  if (shards <= mostShards) return groups;
  throw new InputError(`${path} has ${shards} shards; convert the model again, with at most ${mostShards}`);
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

/** The tensors of a group, which lie one after the other in its shards, as if these were a single file. */
function tensorsOf(path: string, weights: readonly unknown[], shards: readonly StoredFile[]) {
  const size = shards.reduce((sum, shard) => sum + shard.size, 0);
  let offset = 0;
  return weights.map((entry) => {
    const { name, shape, dtype, quantization } = isObject(entry) ? entry : {};
    const called = typeof name === 'string' ? `the weight ${printName(name)}` : 'a weight without a name';
    const damaged = (what: string) =>
      new InputError(`${path} is damaged: ${called} ${what}; download or convert the model again`);
    if (typeof name !== 'string' || typeof dtype !== 'string' || !isSizes(shape)) {
      throw damaged('is not described by name, shape and dtype');
    }
    const encoding = encodingOf(dtype, quantization);
    const elementBytes = encoding && bytesOf.get(encoding.stored);
    if (!encoding || elementBytes === undefined)
      throw damaged(`has an unknown type or quantization (${printName(dtype)})`);
    const begin = offset;
    const length = shape.reduce((product, side) => product * side, elementBytes);
    offset += length;
    // Also false where the shape is so large that the length is no exact number any more.
    if (!(offset <= size)) throw damaged(`ends beyond its shards, which have ${size} bytes`);
    return {
      name,
      shape,
      isFloat: dtype === 'float32' || dtype === 'float16',
      read: () => decode(readAcross(shards, begin, length), encoding),
    };
  });
}

function encodingOf(dtype: string, quantization: unknown): Encoding | undefined {
  if (!isObject(quantization)) return { stored: dtype, scale: 1, min: 0 };
  const { dtype: stored, scale = 1, min = 0 } = quantization;
  const known = stored === 'uint8' || stored === 'uint16' || stored === 'float16';
  return known && typeof scale === 'number' && typeof min === 'number' ? { stored, scale, min } : undefined;
}

function decode(bytes: Buffer, { stored, scale, min }: Encoding): Float32Array {
  if (stored === 'float32' || stored === 'float16') return toFloat32(bytes, stored);
  const codes = stored === 'uint8' ? bytes : new Uint16Array(new Uint8Array(bytes).buffer);
  // Not `Float32Array.from`, which takes ten times as long.
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = codes[i]! * scale + min;
  return values;
}

function readAcross(shards: readonly StoredFile[], begin: number, length: number): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  for (const shard of shards) {
    const from = Math.max(begin, start);
    const to = Math.min(begin + length, start + shard.size);
    if (from < to) pieces.push(shard.read(from - start, to - from));
    start += shard.size;
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
