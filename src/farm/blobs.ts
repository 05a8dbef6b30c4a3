/** Files that are kept in a store under the digest of their bytes: once each, and known to be what they are. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { keys, type Store, StoreError } from './store/store.js';

/** SHA-256, in hexadecimal digits. */
export const digestOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Keeps bytes where they are not kept yet. @returns their digest. */
export async function keepBytes(store: Store, bytes: Uint8Array): Promise<string> {
  const digest = digestOfBytes(bytes);
  const key = keys.blob(digest);
  if (!(await store.has(key))) await store.write(key, bytes);
  return digest;
}

/** Keeps a file that may be larger than memory. @returns its digest. */
export async function keepFile(store: Store, path: string): Promise<string> {
  const digest = await digestOfFile(path);
  const key = keys.blob(digest);
  if (!(await store.has(key))) await store.writeFrom(key, path);
  return digest;
}

/**
 * Brings a file from the store.
 * @param what it is, for messages.
 * @throws StoreError, `isMissing` where it is not there, or no more what it was.
 */
export async function bringFile(store: Store, digest: string, path: string, what: string): Promise<void> {
  try {
    await store.readTo(keys.blob(digest), path);
  } catch (error) {
    if (!(error instanceof StoreError) || !error.isMissing) throw error;
    throw new StoreError(`${what} is not in the store ${store.label} any more; add it again`, true, error);
  }
  if ((await digestOfFile(path)) === digest) return;
  await rm(path, { force: true });
  throw new StoreError(
    `${what} is damaged in the store ${store.label}; remove ${keys.blob(digest)} and add it again`,
    true,
  );
}
