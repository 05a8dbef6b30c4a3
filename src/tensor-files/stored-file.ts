/** A file that is read piece by piece, and never beyond its end. */
import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { errorCode, InputError } from '../errors.js';
import { whyUnreadable } from '../files/readable.js';
import { shownName } from '../one-line.js';
import { printName } from './json.js';

export interface StoredFile {
  /** As the person named it, or next to what the person named. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /**
   * The bytes from `offset` on. Nothing is allocated for a piece that is not wholly in the file.
   * @throws InputError for such a piece, or where the file can't be read.
   */
  read(offset: number, length: number): Buffer;
  close(): void;
}

/** Checks that `path` is a regular file with something in it. @throws InputError where it is not. @returns its size. */
export async function checkFile(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') throw new InputError(`${shownName(path)} does not exist; check the path`);
    throw new InputError(`can't read ${shownName(path)}: ${whyUnreadable(error)}`);
  });
  if (found.isDirectory()) throw new InputError(`${path} is a folder; name the file in it that holds the weights`);
  if (!found.isFile()) throw new InputError(`${path} is not a regular file; copy its contents to one`);
  if (found.size === 0) throw new InputError(`${path} is empty; download or copy it again`);
  return found.size;
}

/** Opens a regular file for reading. @throws InputError where there is none, or it is empty. */
export async function openFile(path: string): Promise<StoredFile> {
  const size = await checkFile(path);
  const reading = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      throw new InputError(`can't read ${shownName(path)}: ${whyUnreadable(error)}`);
    }
  };
  const descriptor = reading(() => openSync(path, 'r'));
  return {
    path,
    size,
    read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
        throw new InputError(
          `${path} was cut short or is damaged: it refers to bytes ${offset} to ${offset + length}, but has ${size}; ` +
            'download or copy it again',
        );
      }
      const bytes = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const count = reading(() => readSync(descriptor, bytes, done, length - done, offset + done));
        if (count === 0) throw new InputError(`${path} became shorter while it was read; try again`);
        done += count;
      }
      return bytes;
    },
    close: () => closeSync(descriptor),
  };
}

/**
 * The path of a file that `path` refers to and that has to lie in the same folder or below, links followed: a file from
 * somewhere else must not choose what else is read on this machine.
 * @throws InputError where it does not.
 */
export function besideFile(path: string, name: string): string {
  const refused = new InputError(
    `${path} refers to the file ${printName(name)}; only files in its own folder are read: put it there and name it so`,
  );
  // Backslashes and drives mean something on Windows only; a file that is to work everywhere has none.
  if (name === '' || /[\0\n\r\\:]/.test(name) || name.startsWith('/')) throw refused;
  const folder = dirname(path);
  const beside = join(folder, name);
  if (!isBelow(resolve(folder), resolve(beside))) throw refused;
  let real: string;
  try {
    real = realpathSync(beside);
  } catch {
    throw new InputError(`${path} refers to the file ${printName(name)}, which is not beside it; put it there`);
  }
  if (!isBelow(realpathSync(folder), real)) throw refused;
  return beside;
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}
