/** Whether outputs can be written: checked before any work is done, and said in words where it fails in the end. */
import { lstatSync, mkdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, InputError, messageOf } from '../errors.js';
import { shownName } from '../one-line.js';
import { ownedName } from './abandoned.js';
import { makeFolders, removeMadeFolders, writeWhole } from './unfinished.js';

/** What may be done where something has a name that is wanted, as the library says it. */
export const replacing = 'set overwrite to replace it';

/**
 * Checks that a file can be written at `path`.
 * @param field the option that named the path, for the message.
 * @param remedy what the person may do where something is there.
 * @throws InputError where neither it nor a folder that is missing on the way to it can be made, or where something is there
 *   already and `overwrite` is false (or it is a folder).
 */
export async function checkOutputFile(
  path: string,
  field: string,
  overwrite: boolean,
  remedy = replacing,
): Promise<void> {
  checkCanMake(path, field);
  // Not what a link leads to: the link itself has the name.
  const existing = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new InputError(`can't write ${shownName(path)}: ${messageOf(error)}`, { field });
  });
  if (!existing) return;
  if ((await stat(path).catch(() => existing)).isDirectory()) {
    throw new InputError(`${shownName(path)} is a folder; name a file in it`, { field });
  }
  if (!overwrite) throw new InputError(`${shownName(path)} exists; ${remedy}`, { field });
}

/**
 * Checks that a file or folder can be made at `path`, with the folders on the way to it that are missing. Nothing is left of it.
 * @throws InputError where it can't: a folder is none or can't be written, a name is too long for the file system or has what it
 *   does not take.
 */
export function checkCanMake(path: string, field: string): void {
  if (path.includes('\0'))
    throw new InputError(`no file can be called ${shownName(path)}; choose another name`, { field });
  const names = [basename(resolve(path))];
  let folder = dirname(resolve(path));
  let found = folderAt(folder, field);
  for (; !found; found = folderAt(folder, field)) {
    names.unshift(basename(folder));
    folder = dirname(folder);
  }
  const shown = shownName(names.length === 1 ? dirname(path) : folder);
  if (!found.isDirectory()) throw new InputError(`${shown} is not a folder`, { field });
  const refuse = (error: unknown, refused: string): never => {
    const code = errorCode(error) ?? messageOf(error);
    if (code !== 'ENAMETOOLONG') throw new InputError(`${refused} (${code}); choose another`, { field });
    throw new InputError(`the name ${shownName(path)} is too long for the file system; choose a shorter one`, {
      field,
    });
  };
  // By trying, because permissions do not tell all: the file system may be read-only, or take no such names.
  const probe = join(folder, ownedName('partial'));
  try {
    mkdirSync(probe);
  } catch (error) {
    refuse(error, `the folder ${shown} can't be written`);
  }
  try {
    // Side by side and not in each other, because there may be thousands.
    for (const name of new Set(names)) mkdirSync(join(probe, name));
    lstatSync(resolve(path), { throwIfNoEntry: false }); // Says where they are too long together.
  } catch (error) {
    refuse(error, `the folder ${shown} does not take the name ${shownName(path)}`);
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

/** What is at the path of a folder; undefined where it could be made. */
function folderAt(path: string, field: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error)!) && dirname(path) !== path) return undefined;
    throw new InputError(`can't write to ${shownName(path)}: ${messageOf(error)}`, { field });
  }
}

/** An error of the system while an output was written, for the person; any other stays what it is. */
export function cantWrite(path: string, field: string, error: unknown): unknown {
  const code = errorCode(error);
  if (error instanceof InputError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const reason = reasons[code] ?? `${code}; mend that, or choose another folder`;
  return new InputError(`can't write ${shownName(path)}: ${reason}`, { field, cause: error });
}

/** Writes a file that an option names, whole or not at all. @throws InputError where it can't. */
export async function writeNamed(path: string, field: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await makeFolders(dirname(path), { whileEmpty: true });
    await writeWhole(path, bytes);
  } catch (error) {
    throw cantWrite(path, field, error);
  } finally {
    removeMadeFolders();
  }
}

/** Whether it is said of a disk, or of a person's share of one, that nothing more can be written to it. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');

export const diskFull = 'the disk is full; make room, or choose another folder';
const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'a file of that name has been made meanwhile; choose another',
  ENOSPC: diskFull,
  EDQUOT: diskFull,
};
