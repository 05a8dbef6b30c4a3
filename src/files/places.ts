/** Where paths lead, so that two that lead to one file are known for it however they are spelt. */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** In characters: no system takes more. What is longer leads nowhere. */
const longestPath = 32_768;

/**
 * A key of the file or folder that a path leads to, then those of the folders that it lies in. Symbolic and hard links and spellings
 * of one file have one key. What is not there yet is known by its name in its folder: letter case does not count, because
 * there are file systems to which it makes no difference.
 */
export function placesOf(path: string): string[] {
  if (path.length > longestPath) return [path];
  const places = placesAlong(resolve(path));
  try {
    // Behind a symbolic link it lies in other folders as well.
    places.push(...placesAlong(realpathSync.native(path)));
  } catch {} // It is not there.
  return places;
}

/** Whether two paths lead to one file or folder. */
export const isSamePlace = (one: string, other: string): boolean => placesOf(one)[0] === placesOf(other)[0];

/** Whether a path leads into a folder, or is the folder. */
export const liesIn = (path: string, folder: string): boolean => placesOf(path).includes(placesOf(folder)[0]!);

/** Whether there is a file at a path that can be looked at. */
export const isFile = (path: string): boolean => statOf(path)?.isFile() ?? false;

/** Whether there is a folder at a path that can be looked at. */
export const isFolder = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function placesAlong(path: string): string[] {
  const paths = [path];
  while (dirname(paths[0]!) !== paths[0]) paths.unshift(dirname(paths[0]!));
  const places: string[] = [];
  for (const at of paths) places.unshift(idOf(at) ?? `${places[0]}/${basename(at).normalize('NFC').toLowerCase()}`);
  return places;
}

/** Device and inode, in whole numbers, which do not fit into a float64 everywhere. */
function idOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
