/** Files that are kept in a store under the digest of their bytes: once each, and known to be what they are. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { keys, type Store, StoreError } from './store/store.js';

/** SHA-256, in hexadecimal digits. */
export const digestOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Keeps bytes where they are not kept yet, or not all of them. @returns their digest. */
export async function keepBytes(store: Store, bytes: Uint8Array): Promise<string> {
  const digest = digestOfBytes(bytes);
  const key = keys.blob(digest);
  if ((await store.sizeOf(key)) !== bytes.length) await store.write(key, bytes);
  return digest;
}

/** Keeps a file that may be larger than memory. @returns its digest. */
export async function keepFile(store: Store, path: string): Promise<string> {
  const digest = await digestOfFile(path);
  const key = keys.blob(digest);
  if ((await store.sizeOf(key)) !== (await stat(path)).size) await store.writeFrom(key, path);
  return digest;
}

/**
 * Brings a file from the store. One that is not what it was any more is removed there, so that it is kept anew when it is added again.
 * @param what it is, for messages.
 * @throws StoreError, `isMissing` where it is not there, or no more what it was.
 */
export async function bringFile(store: Store, digest: string, path: string, what: string): Promise<void> {
  const isBrought = async (): Promise<boolean> => {
    await store.readTo(keys.blob(digest), path);
    return (await digestOfFile(path)) === digest;
  };
  try {
    // It may have been damaged on its way, too.
    if ((await isBrought()) || (await isBrought())) return;
  } catch (error) {
    if (!(error instanceof StoreError) || !error.isMissing) throw error;
    throw new StoreError(`${what} is not in the store ${store.label} any more; add it again`, true, error);
  }
  await rm(path, { force: true });
  await store.remove(keys.blob(digest));
  throw new StoreError(`${what} was damaged in the store ${store.label}, and is removed there; add it again`, true);
}
