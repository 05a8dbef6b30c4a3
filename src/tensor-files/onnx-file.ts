/** The bytes of an ONNX model, and of tensors in files beside it. */
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../errors.js';
import { whyUnreadable } from '../files/readable.js';
import { shownName } from '../one-line.js';
import type { ExternalData } from '../onnx/index.js';
import { besideFile, openFile } from './stored-file.js';

/** More bytes than that no protobuf message has. */
const largestModel = 2 ** 31 - 1;

/**
 * @param admit is told how many bytes there are before they are read; what it throws is thrown.
 * @throws InputError that names the file, where it can't be read or can't be a model.
 */
export async function readModelFile(path: string, admit: (bytes: number) => void = () => {}): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new InputError(`${shownName(path)} is a folder; name the model in it`);
    // Of a device or a pipe nobody knows where it ends.
    if (!found.isFile()) throw new InputError(`${shownName(path)} is not a regular file; copy its contents to one`);
    if (found.size > largestModel) {
      throw new InputError(
        `${shownName(path)} has ${found.size} bytes; a model has ${largestModel} at most, and larger tensors in files beside it`,
      );
    }
    admit(found.size);
    return await readFile(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`can't read ${shownName(path)}: ${whyUnreadable(error)}`);
  }
}

/** The bytes of a tensor that a model keeps in a file beside it. @throws InputError for a file elsewhere, or one that ends before. */
export async function readBeside(path: string, { location, offset, length }: ExternalData): Promise<Uint8Array> {
  const file = await openFile(besideFile(path, location));
  try {
    return file.read(offset, length);
  } finally {
    file.close();
  }
}
