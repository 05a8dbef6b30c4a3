import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { acquireLock } from '../../../../src/downloads/lock.js';
import { ownedName } from '../../../../src/files/abandoned.js';
import { convLayers } from '../../../../src/networks/vgg19/layers.js';
import { recordFile } from '../../../../src/networks/vgg19/weights/cache-folder.js';
import { clearCache } from '../../../../src/networks/vgg19/weights/clear.js';
import { defaultSource } from '../../../../src/networks/vgg19/weights/published.js';
import { seededWeights } from '../../../../src/networks/vgg19/weights/seeded.js';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'vggdraw-clear-'));
});
afterEach(() => rm(cache, { recursive: true }));

async function put(name: string, bytes: number): Promise<string> {
  const path = join(cache, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.alloc(bytes));
  return path;
}

/** Every file in the cache folder. */
async function files(): Promise<string[]> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const partial = `${defaultSource.file}.${'0123abcd'}.partial`;

test('an empty cache folder, and none at all', async () => {
  expect(await clearCache(cache)).toEqual({ removed: [], underWay: [] });
  expect(await clearCache(join(cache, 'none'), { all: true })).toEqual({ removed: [], underWay: [] });
});

test('seeds, and what downloads have left that ended early, but no file that is whole', async () => {
  await seededWeights(1, convLayers[0]!, cache);
  await seededWeights(7, convLayers[1]!, cache);
  // Of a process that was killed while it wrote a layer.
  const [, machine] = /-([0-9a-f]{8})-/.exec(ownedName('partial'))!;
  const [seeds] = await readdir(join(cache, 'weights'));
  await put(`weights/${seeds}/7/.vggdraw-${machine}-4194305-1-0123456789ab.partial`, 5);
  await put(defaultSource.file, 11);
  await put(partial, 100);
  await put(`${partial}.json`, 10);
  await put('files/mine.h5.0123abcd.partial', 20);
  const { removed, underWay } = await clearCache(cache);
  expect(underWay).toEqual([]);
  expect(removed).toEqual([
    { name: 'seeded:1', bytes: 4 * 27 * 64 + 4 },
    { name: 'seeded:7', bytes: 4 * (27 + 9 * 64) * 64 + 8 },
    { name: 'keras, fetched in part', bytes: 100 },
    { name: 'mine.h5, fetched in part', bytes: 20 },
  ]);
  expect(await files()).toEqual([defaultSource.file]);
  expect((await readdir(cache)).sort()).toEqual(['files', defaultSource.file].sort());
});

test('all: fetched and imported files too, with their records', async () => {
  await put(defaultSource.file, 11);
  const mine = await put('files/mine.h5', 30);
  await recordFile(mine, { from: 'mine.h5', bytes: 30, digest: `sha256:${'0'.repeat(64)}` });
  expect((await clearCache(cache, { all: true })).removed).toEqual([
    { name: 'keras', bytes: 11 },
    { name: 'mine.h5', bytes: 30 },
  ]);
  expect(await files()).toEqual([]);
});

test('a download that is under way goes on', async () => {
  const path = await put(partial, 100);
  const lock = await acquireLock(`${path}.lock`);
  expect(await clearCache(cache, { all: true })).toEqual({
    removed: [],
    underWay: [{ name: 'keras, fetched in part', bytes: 100 }],
  });
  expect(await readFile(path)).toHaveLength(100);
  expect(await lock.isHeld()).toBe(true);
  await lock.release();
  expect((await clearCache(cache)).removed).toHaveLength(1);
  expect(await files()).toEqual([]);
});

test('what a process has left that was killed while it fetched', async () => {
  await put(partial, 100);
  await writeFile(join(cache, `${partial}.lock`), JSON.stringify({ pid: 2 ** 22 + 1, host: 'elsewhere', token: 'x' }));
  expect((await clearCache(cache)).underWay).toHaveLength(1);
  const { hostname } = await import('node:os');
  await writeFile(join(cache, `${partial}.lock`), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 'x' }));
  expect((await clearCache(cache)).removed).toHaveLength(1);
  expect(await files()).toEqual([]);
});

test('nothing that vggdraw has not put there, whatever folder it is', async () => {
  const others = [
    ...['notes.txt', 'weights/mine.bin', 'weights/seeded-v1/notes', 'weights/seeded-v1/1/notes.txt'],
    ...[
      'weights/other/1/layer.bin',
      'other.h5.0123abcd.partial',
      'files/by-hand.h5',
      'files/x.partial',
      '.hidden.partial',
    ],
  ];
  for (const name of others) await put(name, 5);
  await seededWeights(1, convLayers[0]!, cache);
  expect((await clearCache(cache, { all: true })).removed).toEqual([{ name: 'seeded:1', bytes: 4 * 27 * 64 + 4 }]);
  expect((await files()).sort()).toEqual(others.map((name) => name.split('/').at(-1)!).sort());
});

test('while another process makes the layers that are removed: they are made, or read, all the same', async () => {
  const expected = (await seededWeights(1, convLayers[1]!)).data;
  for (let round = 0; round < 5; round++) {
    const [{ data }] = await Promise.all([seededWeights(1, convLayers[1]!, cache), clearCache(cache)]);
    expect(data).toEqual(expected);
  }
});
