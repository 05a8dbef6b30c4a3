/** What lies in a folder at one moment, to be compared with another. */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Paths below a folder, and what is there: two are equal where nothing was changed. */
export type Snapshot = ReadonlyMap<string, string>;

/** Larger files are told by their size and time alone. */
const largestHashed = 32e6;

export function snapshotOf(folder: string, path = '', found = new Map<string, string>()): Snapshot {
  for (const name of readdirSync(join(folder, path))) {
    const inside = path === '' ? name : `${path}/${name}`;
    found.set(inside, stateOf(join(folder, inside)));
    if (found.get(inside) === 'folder') snapshotOf(folder, inside, found);
  }
  return found;
}

function stateOf(path: string): string {
  const stat = lstatSync(path);
  if (stat.isDirectory()) return 'folder';
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!stat.isFile()) return 'device';
  // With the time of the last change: a file that is written again may have the same bytes.
  const state = `file of ${stat.size} bytes, ${stat.mtimeMs}`;
  return stat.size > largestHashed ? state : `${state}, ${createHash('sha1').update(readFileSync(path)).digest('hex')}`;
}
