import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readCached, writeCached } from '../../../../src/networks/vgg19/weights/layer-cache.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-layer-'));
  path = join(folder, 'deep', 'layer.bin');
});
afterEach(() => rm(folder, { recursive: true }));

const values = Float32Array.of(1, -2.5, 3e-30, 0);

test('what was written is read, into the middle of other values too', async () => {
  await writeCached(path, 'key', values);
  const all = new Float32Array(6).fill(7);
  expect(await readCached(path, 'key', all.subarray(1, 5))).toBe(true);
  expect(all).toEqual(Float32Array.of(7, ...values, 7));
  expect(await readdir(join(folder, 'deep'))).toEqual(['layer.bin']);
});

test('the file is the floats, little-endian, and a checksum', async () => {
  await writeCached(path, 'key', values);
  const bytes = await readFile(path);
  expect(bytes).toHaveLength(20);
  expect(bytes.readFloatLE(4)).toBe(-2.5);
});

test('a file that is not there', async () => {
  expect(await readCached(path, 'key', new Float32Array(4))).toBe(false);
});

test('a file for another key or of another length', async () => {
  await writeCached(path, 'key', values);
  expect(await readCached(path, 'other', new Float32Array(4))).toBe(false);
  expect(await readCached(path, 'key', new Float32Array(3))).toBe(false);
  expect(await readCached(path, 'key', new Float32Array(5))).toBe(false);
});

test('every single damaged byte is found, and every cut', async () => {
  await writeCached(path, 'key', values);
  const sound = await readFile(path);
  for (let i = 0; i < sound.length; i++) {
    const damaged = Buffer.from(sound);
    damaged[i]! ^= 1;
    await writeFile(path, damaged);
    expect(await readCached(path, 'key', new Float32Array(4))).toBe(false);
  }
  await writeFile(path, sound);
  for (let length = sound.length - 1; length >= 0; length--) {
    await truncate(path, length);
    expect(await readCached(path, 'key', new Float32Array(4))).toBe(false);
  }
});

test('a place that can not be written is no error', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(writeCached(join(file, 'layer.bin'), 'key', values)).resolves.toBeUndefined();
  // A folder in the file's place.
  await writeCached(join(folder, 'taken', 'below', 'x'), 'key', values);
  await expect(writeCached(join(folder, 'taken', 'below'), 'key', values)).resolves.toBeUndefined();
  expect(await readdir(join(folder, 'taken'))).toEqual(['below']);
});
