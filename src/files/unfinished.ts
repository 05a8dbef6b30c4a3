/** Output files that appear under their names only when they are whole. */
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { errorCode } from '../errors.js';
import { ownedName, putBack, removeAbandoned } from './abandoned.js';

/** A file or folder being written under a temporary name, on the disk on which it is to have its own. */
export interface UnfinishedFile {
  /** Where to write. Nothing exists there yet. */
  readonly temporary: string;
  /** Gives the file its final name, replacing what has that name. */
  commit(): Promise<void>;
  /** Gives it its final name. @throws Error EEXIST where something has that. */
  commitNew(): void;
  /** Gives it its final name or, where something has that, a free one like it, `name (2).mp4`. @returns which. */
  commitFree(): string;
  /** Removes what was written; harmless after it has got its name and when nothing was written. */
  discard(): Promise<void>;
}

/** What has to go before this process ends, and the folders to remove where they are empty then, the inner ones last. */
const unfinished = new Set<string>();
const made: string[] = [];

/**
 * Starts a file (or folder) that is to appear at `path`. Nothing is created.
 * @param folder where it lies until then, on the same disk.
 */
export function beginFile(path: string, folder = dirname(resolve(path))): UnfinishedFile {
  const temporary = join(folder, ownedName('partial'));
  unfinished.add(temporary);
  return {
    temporary,
    async commit() {
      await rename(temporary, path);
      unfinished.delete(temporary);
    },
    commitNew() {
      nameNew(temporary, path);
      unfinished.delete(temporary);
    },
    commitFree() {
      const name = nameFree(temporary, path);
      unfinished.delete(temporary);
      return name;
    },
    async discard() {
      await rm(temporary, { recursive: true, force: true, maxRetries: 5 });
      unfinished.delete(temporary);
    },
  };
}

/**
 * Gives a folder that was begun the name of one that is there, which is removed: it is moved aside first, and back where the new one
 * can't have its name. In one go, so that nothing but the sudden end of the process comes between; then the next process that looks
 * for what was left behind ends it.
 */
export function replaceFolder(path: string, { temporary }: UnfinishedFile): void {
  const folder = dirname(resolve(path));
  const aside = join(folder, ownedName('aside'));
  mkdirSync(aside);
  try {
    renameSync(path, join(aside, basename(resolve(path))));
    renameSync(temporary, path);
    unfinished.delete(temporary);
  } finally {
    putBack(aside, folder);
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Names what lies at `temporary`: `path` or, where something has that name, one like it. @returns which. */
function nameFree(temporary: string, path: string): string {
  const { dir, name: stem, ext } = parse(path);
  for (let n = 1, cut = stem; ; ) {
    const free = n === 1 ? path : join(dir, `${cut} (${n})${ext}`);
    try {
      nameNew(temporary, free);
      return free;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') n++;
      else if (errorCode(error) === 'ENAMETOOLONG' && n > 1 && cut !== '') cut = [...cut].slice(0, -1).join('');
      else throw error;
    }
  }
}

/** Names what lies at `temporary`, never by a mere rename, which replaces. @throws Error EEXIST where something has the name. */
function nameNew(temporary: string, path: string): void {
  if (lstatSync(temporary).isDirectory()) nameNewFolder(temporary, path);
  else nameNewFile(temporary, path);
}

/** What systems say of hard links where a file system has none. */
const noLinks: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EISDIR',
]);

function nameNewFile(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!noLinks.has(errorCode(error))) throw error;
    // An empty file holds the name for the moment until the rename.
    closeSync(openSync(path, 'wx'));
    renameSync(temporary, path);
    return;
  }
  rmSync(temporary, { force: true });
}

/** An empty folder makes way. */
function nameNewFolder(temporary: string, path: string): void {
  try {
    rmdirSync(path);
  } catch {} // There is none, or it is not empty.
  // What a rename does to a folder that is not empty it does on every system: nothing.
  if (lstatSync(path, { throwIfNoEntry: false })) throw exists(path);
  try {
    renameSync(temporary, path);
  } catch (error) {
    throw errorCode(error) === 'ENOTEMPTY' ? exists(path) : error;
  }
}

const exists = (path: string): Error => Object.assign(new Error(`${path} exists`), { code: 'EEXIST' });

/** Writes `bytes` to `path`, whole or not at all. What processes that were killed have left there is removed. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await removeAbandoned(dirname(path));
  await replaceWhole(path, bytes);
}

/**
 * Writes `bytes`, or parts of them one after the other, to `path`, whole or not at all: what was there before is there until then.
 * @param flush whether it is to outlive a loss of power.
 */
export async function replaceWhole(
  path: string,
  bytes: Uint8Array | string | readonly Uint8Array[],
  { flush = false } = {},
): Promise<void> {
  const file = beginFile(path);
  try {
    // Made at once, and not again where it is gone because the process ends.
    writeFileSync(file.temporary, '');
    await writeFile(file.temporary, bytes, { flag: 'r+', flush });
    await file.commit();
  } finally {
    await file.discard();
  }
}

/**
 * Removes everything that was begun and not finished, and the folders that were made for it. Synchronous, for the moment before the
 * process ends; to be called again when what was under way has stopped. What can't be removed is left to {@link removeAbandoned}.
 */
export function discardUnfinished(): void {
  for (const temporary of unfinished) removeWhileWritten(temporary);
  for (const folder of made.toReversed()) removeEmpty(folder);
}

/**
 * Removes a file or folder that other threads may be writing into: what comes into a folder after its entries were read keeps it. That has
 * an end, because this thread has nothing more begun meanwhile.
 */
function removeWhileWritten(path: string): void {
  for (let tries = 0; tries < 10; tries++) {
    try {
      // Its own retries read the entries once, and only wait.
      rmSync(path, { recursive: true, force: true, maxRetries: 1, retryDelay: 5 });
      return;
    } catch {}
  }
}

/** Removes the folders that {@link makeFolders} was to note where nothing is in them, and forgets the others. */
export function removeMadeFolders(): void {
  for (const folder of made.splice(0).reverse()) removeEmpty(folder);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {} // There is something in it, or it is gone.
}

/**
 * Makes a folder and those above it that are missing. Not by mkdir's own `recursive`, which in Node 20 never ends where a file
 * system denies that a folder exists that it does not let you make (/proc does). In one go: a signal that ends the process finds
 * none that is not noted.
 * @param whileEmpty whether those that were made go with what is unfinished where nothing is in them.
 */
export async function makeFolders(path: string, { whileEmpty = false } = {}): Promise<void> {
  makeFoldersNow(resolve(path), whileEmpty);
}

function makeFoldersNow(path: string, whileEmpty: boolean): void {
  const make = (): boolean => {
    try {
      mkdirSync(path);
      if (whileEmpty) made.push(path);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && statSync(path).isDirectory()) return true;
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  };
  if (make()) return;
  if (dirname(path) !== path) makeFoldersNow(dirname(path), whileEmpty);
  if (!make()) throw new Error(`the folder ${path} can't be made`);
}
