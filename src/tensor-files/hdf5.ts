/** Opens HDF5 files through h5wasm so that a bad one ends in an InputError and in no output of the library's own. */
import { open } from 'node:fs/promises';
import type { Dataset, File, Group } from 'h5wasm/node';
import { InputError } from '../errors.js';
import { whyUnreadable } from '../files/readable.js';
import { type FloatType, toFloat32 } from './floats.js';
import { checkFile } from './stored-file.js';

/** The first eight bytes of every HDF5 file (HDF5 File Format Specification 3.0, II.A). */
export const hdf5Signature = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** Float types by their size in bytes. */
const floatTypes: Readonly<Record<number, FloatType>> = { 2: 'float16', 4: 'float32', 8: 'float64' };

/** The library. It takes 0.15 s to load (4 MB of WebAssembly), so it is loaded where a file needs it. */
async function loadLibrary() {
  const { default: library } = await import('h5wasm/node');
  const module = await library.ready;
  // Otherwise it prints its errors, and hands out unread memory for what could not be read.
  module.activate_throwing_error_handler();
  return { library, module };
}

/** An open HDF5 file. What its methods are given and return belongs to it and is of no use after `close`. */
export interface Hdf5File {
  readonly root: Group;
  /** The group at `name` under `parent`, or undefined where there is none. */
  group(parent: Group, name: string): Group | undefined;
  /** The dataset at `name` under `parent`, or undefined where there is none. */
  dataset(parent: Group, name: string): Dataset | undefined;
  /** Whether the values of `dataset` are floats that {@link readFloats} can read. */
  holdsFloats(dataset: Dataset): boolean;
  /** All values of `dataset`, in row-major order, as float32. The caller has checked its shape: it allocates what that says. */
  readFloats(dataset: Dataset): Float32Array;
  close(): void;
}

/**
 * Opens the HDF5 file at `path`, for reading only.
 * @throws InputError where there is no such file, or it is no HDF5 file, or one that was cut short. What its methods throw on
 *   a file that is damaged further inside is any error, to be taken for just that.
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  await checkSignature(path);
  const { library, module } = await loadLibrary();
  let file: File;
  try {
    file = new library.File(path, 'r');
  } catch (cause) {
    throw new InputError(`${path} is damaged or was cut short; download or copy it again`, { cause });
  }

  return {
    root: file,
    group(parent, name) {
      const found = parent.get(name);
      return found instanceof library.Group ? found : undefined;
    },
    dataset(parent, name) {
      const found = parent.get(name);
      return found instanceof library.Dataset ? found : undefined;
    },
    holdsFloats({ metadata }) {
      return metadata.type === module.H5T_class_t.H5T_FLOAT.value && metadata.size in floatTypes;
    },
    readFloats(dataset) {
      const { size, total_size: count } = dataset.metadata;
      const pointer = module._malloc(size * count);
      if (pointer === 0) throw new Error(`no memory for ${size * count} bytes`);
      try {
        // Not `dataset.value`, which refuses float16. It makes the values little-endian.
        module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(pointer));
        return toFloat32(module.HEAPU8.slice(pointer, pointer + size * count), floatTypes[size]!);
      } finally {
        module._free(pointer);
      }
    },
    close() {
      try {
        file.close();
      } catch {
        // After an error inside it, the library may refuse; nothing was written, so nothing is lost.
      }
    },
  };
}

async function checkSignature(path: string): Promise<void> {
  await checkFile(path);
  const start = Buffer.alloc(hdf5Signature.length);
  try {
    const file = await open(path);
    try {
      await file.read(start, 0, start.length, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new InputError(`can't read ${path}: ${whyUnreadable(error)}`);
  }
  if (!start.equals(hdf5Signature)) {
    throw new InputError(`${path} is not an HDF5 file; weights have to be in Keras' HDF5 format (.h5)`);
  }
}
