/** Digests of files, written as `algorithm:hexadecimal`. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What a digest looks like: `md5:` and 32 digits or `sha256:` and 64. */
export const digestPattern = /^(?:md5:[0-9a-f]{32}|sha256:[0-9a-f]{64})$/;

/** The digest of the file at `path`, by the algorithm of `like`. Errors of the file system come as they are. */
export async function digestOf(path: string, like: string, signal?: AbortSignal): Promise<string> {
  const [algorithm] = like.split(':') as [string];
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal ? { signal } : {});
  return `${algorithm}:${hash.digest('hex')}`;
}

/** The SHA-256 of bytes in memory. */
export function digestOfBytes(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
