/** Output files that appear under their names only when they are whole. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, InputError, messageOf } from './errors.js';

/** A file or folder being written under a temporary name, next to the name that it is to have. */
export interface UnfinishedFile {
  /** Where to write. Nothing exists there yet. */
  readonly temporary: string;
  /** Gives the file its final name, replacing what has that name. */
  commit(): Promise<void>;
  /** Removes what was written; harmless after `commit` and when nothing was written. */
  discard(): Promise<void>;
}

const unfinished = new Set<string>();

/** Starts a file (or folder) that is to appear at `path`. Nothing is created. */
export function beginFile(path: string): UnfinishedFile {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  unfinished.add(temporary);
  return {
    temporary,
    async commit() {
      await rename(temporary, path);
      unfinished.delete(temporary);
    },
    async discard() {
      await rm(temporary, { recursive: true, force: true });
      unfinished.delete(temporary);
    },
  };
}

/** Writes `bytes` to `path`, whole or not at all. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = beginFile(path);
  try {
    await writeFile(file.temporary, bytes);
    await file.commit();
  } finally {
    await file.discard();
  }
}

/** Removes everything that was begun and not finished. Synchronous, for the moment before the process ends. */
export function discardUnfinished(): void {
  for (const temporary of unfinished) rmSync(temporary, { recursive: true, force: true });
  unfinished.clear();
}

/**
 * Makes a folder and those above it that are missing. Not by mkdir's own `recursive`, which in Node 20 never ends where a file
 * system denies that a folder exists that it does not let you make (/proc does).
 */
export async function makeFolders(path: string): Promise<void> {
  const make = async (): Promise<boolean> => {
    try {
      await mkdir(path);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return true;
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  };
  if (await make()) return;
  if (dirname(path) !== path) await makeFolders(dirname(path));
  if (!(await make())) throw new Error(`the folder ${path} can't be made`);
}

/**
 * Checks, before any work is done, that a file can be written at `path`.
 * @param option the flag that named the path, for the message.
 * @throws InputError where its folder does not exist or can't be written, or where something is there already and
 *   `overwrite` is false (or it is a folder).
 */
export async function checkOutputFile(path: string, option: string, overwrite: boolean): Promise<void> {
  await checkFolderWritable(dirname(path), option);
  const existing = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new InputError(`${option}: can't write ${path}: ${messageOf(error)}`);
  });
  if (existing?.isDirectory()) throw new InputError(`${option}: ${path} is a folder; name a file in it`);
  if (existing && !overwrite) throw new InputError(`${option}: ${path} exists; add --overwrite to replace it`);
}

/** Checks that files can be made in `folder`. @throws InputError where it does not exist or can't be written. */
export async function checkFolderWritable(folder: string, option: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') {
      throw new InputError(`${option}: the folder ${folder} does not exist; create it first`);
    }
    throw new InputError(`${option}: can't write to ${folder}: ${messageOf(error)}`);
  });
  if (!found.isDirectory()) throw new InputError(`${option}: ${folder} is not a folder`);
  // By trying, because permissions do not tell all: the file system may be read-only or take no files.
  const probe = beginFile(join(folder, 'probe'));
  try {
    await writeFile(probe.temporary, '');
  } catch (error) {
    const reason = errorCode(error) ?? messageOf(error);
    throw new InputError(`${option}: the folder ${folder} can't be written (${reason}); choose another`);
  } finally {
    await probe.discard();
  }
}
