/** Whether a file is there, whole. */
import { stat } from 'node:fs/promises';
import { errorCode, InputError, messageOf } from '../errors.js';
import { digestOf } from './digest.js';

export interface ExpectedFile {
  readonly path: string;
  /** Undefined where any size will do. */
  readonly bytes?: number | undefined;
  readonly digest: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of the file at `path` where it is there with the size and digest it should have, else undefined.
 * @throws InputError where it can't be read.
 */
export async function wholeFile({ path, bytes, digest, signal }: ExpectedFile): Promise<number | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new InputError(`${path} is not a file; remove it`);
    if (found.size !== (bytes ?? found.size)) return undefined;
    return (await digestOf(path, digest, signal)) === digest ? found.size : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (errorCode(error) === 'ENOENT') return undefined;
    if (error instanceof InputError) throw error;
    throw new InputError(`can't read ${path}: ${messageOf(error)}`);
  }
}
