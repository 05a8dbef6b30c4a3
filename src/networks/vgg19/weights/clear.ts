/** Removing what lies in the cache folder. */
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { acquireLock } from '../../../downloads/lock.js';
import { InputError, messageOf } from '../../../errors.js';
import { removeAbandoned } from '../../../files/abandoned.js';
import {
  type CachedSeed,
  cachedFiles,
  cachedSeeds,
  type PartialDownload,
  partialDownloads,
  recordSuffix,
} from './cache-folder.js';

/** Something in the cache folder, by the name that `weights list` has for it. */
export interface Removable {
  readonly name: string;
  readonly bytes: number;
}

export interface Cleared {
  readonly removed: readonly Removable[];
  /** Downloads that another process is at, and that were left alone. */
  readonly underWay: readonly Removable[];
}

/**
 * Removes from the cache folder what is made again by itself: the layers of seeds, and what downloads have left that ended early. Files
 * that vggdraw does not know stay.
 * @param all whether fetched and imported files go too.
 * @throws InputError where something can't be removed; it names that.
 */
export async function clearCache(cache: string, { all = false }: { all?: boolean } = {}): Promise<Cleared> {
  const removed: Removable[] = [];
  const underWay: Removable[] = [];
  for (const cached of await cachedSeeds(cache)) {
    await removeSeed(cached);
    removed.push({ name: `seeded:${cached.seed}`, bytes: cached.bytes });
  }
  for (const download of await partialDownloads(cache)) {
    const wasEnded = await removeEnded(download);
    (wasEnded ? removed : underWay).push({ name: `${download.name}, fetched in part`, bytes: download.bytes });
  }
  if (!all) return { removed, underWay };
  for (const { name, path, size } of await cachedFiles(cache)) {
    if (size === undefined) continue;
    await remove(path);
    await remove(`${path}${recordSuffix}`);
    removed.push({ name, bytes: size });
  }
  return { removed, underWay };
}

async function removeSeed({ folder, layers }: CachedSeed): Promise<void> {
  for (const layer of layers) await remove(join(folder, layer));
  await removeAbandoned(folder);
  // Not where something else lies in them.
  for (const empty of [folder, dirname(folder), dirname(dirname(folder))]) await rmdir(empty).catch(() => {});
}

/** Removes what a download has left; false where it goes on at this moment. */
async function removeEnded({ path }: PartialDownload): Promise<boolean> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const lock = await acquireLock(`${path}.lock`, { signal, onWait: () => waiting.abort() }).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!lock) return false;
  try {
    await remove(path);
    await remove(`${path}.json`);
  } finally {
    await lock.release();
  }
  return true;
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw new InputError(`can't remove ${path}: ${messageOf(error)}`);
  }
}
