/** Gives bytes to readPhoto as a file would. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InputError } from '../../src/errors.js';
import { openPhoto } from '../../src/image/photo.js';
import type { Picture } from '../../src/image/picture.js';

/** @throws Error where the size that is known before decoding is not that of the picture. */
export async function readBytes(bytes: Uint8Array): Promise<Picture> {
  // A name that says nothing: the content has to tell.
  const path = join(tmpdir(), `vggdraw-test-${randomUUID()}`);
  await writeFile(path, bytes);
  try {
    const photo = await openPhoto(path);
    const picture = await photo.decode();
    const [known, decoded] = [photo, picture].map(({ width, height }) => `${width}×${height}`);
    if (known !== decoded) throw new Error(`${known} was to be expected, and ${decoded} came out`);
    return picture;
  } finally {
    await rm(path);
  }
}

/** What readPhoto says against these bytes. */
export async function refusalOf(bytes: Uint8Array): Promise<string> {
  try {
    await readBytes(bytes);
  } catch (error) {
    if (!(error instanceof InputError) || error.message.includes('\n')) throw error;
    return error.message;
  }
  throw new Error('the file was read');
}

/** The picture's colours as `rrggbb`, row by row. */
export function colours({ width, rgb }: Picture): string[][] {
  const pixels = Buffer.from(rgb).toString('hex').match(/.{6}/g)!;
  return Array.from({ length: pixels.length / width }, (_, y) => pixels.slice(y * width, (y + 1) * width));
}

/** The largest difference between two pictures' bytes. */
export function largestDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

/** How often others have a turn in this thread while something is done. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  for (; !isDone; turns++) await setTimeout(1);
  return turns;
}

/** Bytes that no compression makes small, the same every time. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
