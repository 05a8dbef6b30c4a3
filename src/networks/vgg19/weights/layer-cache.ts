/** Computed weights kept on disk, one file per layer: the floats, followed by a checksum. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { makeFolders, writeWhole } from '../../../files/unfinished.js';

/**
 * Reads the file at `path` into `values`.
 * @param key what the values are; a file that was written for another key counts as damaged.
 * @returns whether it was there, whole and undamaged. Where it was not, `values` may hold anything.
 */
export async function readCached(path: string, key: string, values: Float32Array): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size !== values.byteLength + checksumBytes) return false;
      const bytes = bytesOf(values);
      const stored = Buffer.alloc(checksumBytes);
      const { bytesRead } = await file.readv([bytes, stored], 0);
      return bytesRead === size && stored.readUInt32LE() === checksum(key, bytes);
    } finally {
      await file.close();
    }
  } catch {
    // Not there or not readable: a cache is only ever a shortcut.
    return false;
  }
}

/** Keeps `values` at `path`, making its folder. Where that can't be done (no permission, disk full), nothing is kept. */
export async function writeCached(path: string, key: string, values: Float32Array): Promise<void> {
  const bytes = bytesOf(values);
  const stored = Buffer.alloc(checksumBytes);
  stored.writeUInt32LE(checksum(key, bytes));
  try {
    await makeFolders(dirname(path));
    await writeWhole(path, Buffer.concat([bytes, stored]));
  } catch {
    // It will be computed again next time.
  }
}

const checksumBytes = 4;

/** CRC-32: it has to find damage, not forgery, and 80 MB of it take 15 ms. */
function checksum(key: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(key));
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
