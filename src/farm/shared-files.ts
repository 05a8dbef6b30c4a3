/** Files that many jobs need, such as weights, networks and films: a worker brings each once, and all workers of a machine share them. */
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { beginFile } from '../files/unfinished.js';
import { bringFile } from './blobs.js';
import type { Store } from './store/store.js';

/** Where they come from, and the folder where they lie. */
export interface SharedFiles {
  readonly store: Store;
  readonly shared: string;
}

/** Milliseconds after which one that no job has needed is removed: a week. */
const longAgo = 7 * 24 * 3600 * 1000;

/** A file that several jobs need. @param what it is, for messages. @returns its path. */
export async function sharedFile(
  { file: digest, name }: { readonly file: string; readonly name: string },
  what: string,
  { store, shared }: SharedFiles,
): Promise<string> {
  const folder = join(shared, digest);
  await mkdir(folder, { recursive: true });
  // That it is needed, before anything else: nobody removes it now.
  const now = new Date();
  await utimes(folder, now, now);
  // Drawings say what it is called.
  const path = join(folder, name);
  if (await stat(path).catch(() => undefined)) return path;
  const file = beginFile(path);
  try {
    await bringFile(store, digest, file.temporary, what);
    await file.commit();
  } finally {
    await file.discard();
  }
  return path;
}

/** Removes those that no job has needed for long. */
export async function removeUnneeded(shared: string, now = Date.now()): Promise<void> {
  for (const name of await readdir(shared).catch(() => [])) {
    const folder = join(shared, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > longAgo) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}
