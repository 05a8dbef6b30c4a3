/** Files that lie beside a checkout of the project and are not part of it: real weights, photos, reference numbers. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';

const folder = new URL('../../../../shared/', import.meta.url);
const present = existsSync(folder);

/** The path of a file in ../shared. */
export const sharedPath = (path: string): string => fileURLToPath(new URL(path, folder));

/** An array of raw little-endian float32 in ../shared. */
export function sharedFloats(path: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(sharedPath(path))).buffer);
}

export const sharedJson = <T>(path: string): T => JSON.parse(readFileSync(sharedPath(path), 'utf8')) as T;

/** A group of tests that needs ../shared, and says so where it is absent. */
export function describeWithShared(name: string, body: () => void): void {
  if (present) describe(name, body);
  else test.skip(`${name}: skipped, because ../shared is not there`, () => {});
}
