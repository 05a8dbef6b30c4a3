/** Folders that appear, and are replaced, as a whole. */
import { type Dirent, existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, InputError, messageOf } from '../errors.js';
import { liesIn } from './places.js';
import { beginFile, replaceFolder } from './unfinished.js';
import { checkCanMake, replacing } from './writable.js';

/** What such a folder holds: nothing else may be in one that is replaced. */
export interface FolderKind {
  /** The option that names it. */
  readonly field: string;
  /** What is in it, as messages call it: `frames`. */
  readonly called: string;
  /** What anything else is not: `frame`. */
  readonly part: string;
  /** Names of its files. */
  readonly pattern: RegExp;
}

/** What file managers leave in every folder that they show. */
const droppings: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

const isOwn = ({ pattern }: FolderKind, entry: Dirent): boolean => pattern.test(entry.name) && entry.isFile();
const isForeign = (kind: FolderKind, entry: Dirent): boolean => !isOwn(kind, entry) && !droppings.has(entry.name);

/**
 * Checks that a folder can be written. As it appears, and is replaced, as a whole, nothing else may be in it.
 * @param remedy what the person may do about one that is there.
 * @throws InputError where it can't be made or written, has anything else in it, or is there and `overwrite` is false.
 */
export function checkWholeFolder(folder: string, kind: FolderKind, overwrite: boolean, remedy = replacing): void {
  const { field, called, part } = kind;
  const refuse = (reason: string): never => {
    throw new InputError(reason, { field });
  };
  const path = pathOf(folder);
  checkCanMake(path, field);
  if (!existsSync(path)) return;
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    refuse(errorCode(error) === 'ENOTDIR' ? `${folder} is not a folder` : `can't read ${folder}: ${messageOf(error)}`);
  }
  const foreign = entries.find((entry) => isForeign(kind, entry));
  if (foreign) refuse(`${folder} has ${foreign.name} in it, which is no ${part}; choose another folder`);
  if (!overwrite && entries.some((entry) => isOwn(kind, entry))) {
    refuse(`${folder} has ${called} in it; ${remedy}, or choose another`);
  }
  if (liesIn('.', path)) refuse(`${folder} is where you are, and can't be replaced; choose a folder in it`);
  if (statSync(path).dev !== statSync(dirname(path)).dev) {
    refuse(`${folder} is a disk of its own, and can't be replaced; choose a folder in it`);
  }
}

export interface WholeFolder {
  /** Where its files are written. */
  readonly temporary: string;
  /** Gives it its name, replacing what it may, or a free one like it. @returns which. */
  commit(): Promise<string>;
  /** Removes it where it has not got its name. */
  discard(): Promise<void>;
}

/** Starts one, under a temporary name. */
export function beginWholeFolder(folder: string, kind: FolderKind, overwrite: boolean): WholeFolder {
  const path = pathOf(folder);
  const unfinished = beginFile(path);
  mkdirSync(unfinished.temporary); // Not under way when the process ends.
  return {
    temporary: unfinished.temporary,
    async commit() {
      // Looked at once more: others may have put something there meanwhile.
      if (overwrite && holdsOwnAlone(path, kind)) replaceFolder(path, unfinished);
      else return join(dirname(folder), basename(unfinished.commitFree()));
      return folder;
    },
    discard: () => unfinished.discard(),
  };
}

function holdsOwnAlone(path: string, kind: FolderKind): boolean {
  if (!existsSync(path)) return false;
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.some((entry) => isOwn(kind, entry)) && !entries.some((entry) => isForeign(kind, entry));
}

/** Where the folder lies: a symbolic link to one stays, and what it leads to is replaced. */
function pathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder); // It is not there.
  }
}
