import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keepBytes } from '../../src/farm/blobs.js';
import { removeUnneeded, sharedFile } from '../../src/farm/shared-files.js';
import { FolderStore } from '../../src/farm/store/folder.js';
import { keys, type Store } from '../../src/farm/store/store.js';

const folder = mkdtempSync(join(tmpdir(), 'vggdraw-shared-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

let store: Store;
beforeAll(async () => {
  store = await FolderStore.open(join(folder, 'store'), true);
});

test('a file that jobs need is brought once, and removed when none has needed it for a week', async () => {
  const shared = join(folder, 'shared');
  const bring = async (name: string) => {
    const file = await keepBytes(store, Buffer.from(name));
    return { file, path: await sharedFile({ file, name }, 'the network', { store, shared }) };
  };
  const [old, kept, used] = await Promise.all(['old.onnx', 'kept.onnx', 'used.onnx'].map(bring));
  expect(readFileSync(kept!.path, 'latin1')).toBe('kept.onnx');

  const now = Date.now();
  const daysAgo = (days: number) => new Date(now - days * 24 * 3600 * 1000);
  await utimes(dirname(old!.path), daysAgo(8), daysAgo(8));
  await utimes(dirname(kept!.path), daysAgo(6), daysAgo(6));
  await utimes(dirname(used!.path), daysAgo(8), daysAgo(8));
  // It is here: the store is not asked for it.
  await store.remove(keys.blob(used!.file));
  expect((await bring('used.onnx')).path).toBe(used!.path);

  await removeUnneeded(shared, now);
  expect([old, kept, used].map((one) => existsSync(one!.path))).toEqual([false, true, true]);
});

test('where there is no such folder there is nothing to remove', async () => {
  await removeUnneeded(join(folder, 'none'));
});
