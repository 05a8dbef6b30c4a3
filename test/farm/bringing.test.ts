/** What drawings are called when they are brought: by their photos, and told apart where that is not enough. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bringDrawings } from '../../src/farm/bringing.js';
import { openStore } from '../../src/farm/store/open.js';
import { keys, type Store } from '../../src/farm/store/store.js';

let folder: string;
let out: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vggdraw-bringing-'));
  out = join(folder, 'out');
  mkdirSync(out);
  store = await openStore(String(pathToFileURL(join(folder, 'store'))), { isMade: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const idOf = (digit: string) => digit.repeat(64);
async function drawn(digit: string, name: string, files: Record<string, string>): Promise<void> {
  for (const file of Object.values(files)) await store.write(keys.drawing(idOf(digit), file), digit);
  const kinds = Object.fromEntries(Object.entries(files).map(([kind, file]) => [kind, { file }]));
  await store.write(keys.report(idOf(digit)), JSON.stringify({ id: idOf(digit), name, files: kinds }));
}
async function bring(digits: string, overwrite = false): Promise<string[]> {
  for await (const one of bringDrawings(store, [...digits].map(idOf), out, overwrite))
    if ('error' in one) throw one.error;
  return readdirSync(out).toSorted();
}
const still = { still: 'still.png' };

test('each format ends as its files do', async () => {
  await drawn('a', 'cat', { gif: 'video.gif', jpg: 'still.jpg', sheet: 'sheet.png', 'svg-animated': 'animated.svg' });
  expect(await bring('a')).toEqual(['cat-animated.svg', 'cat-sheet.png', 'cat.gif', 'cat.jpg', 'cat.json']);
});

test('several of one name are told apart, also where a file system would take the names for one', async () => {
  await drawn('a', 'cat', still);
  await drawn('b', 'Cat', still);
  await drawn('c', 'dog', still);
  expect(await bring('abc')).toEqual([
    `Cat-${'b'.repeat(12)}.json`,
    `Cat-${'b'.repeat(12)}.png`,
    `cat-${'a'.repeat(12)}.json`,
    `cat-${'a'.repeat(12)}.png`,
    'dog.json',
    'dog.png',
  ]);
});

test('one by one they are, too, and each keeps the name that it was brought with', async () => {
  await drawn('a', 'cat', still);
  await drawn('b', 'cat', still);
  await bring('a');
  const both = ['b'.repeat(12)].flatMap((id) => [`cat-${id}.json`, `cat-${id}.png`]).concat('cat.json', 'cat.png');
  expect(await bring('b')).toEqual(both);
  expect(await bring('ab', true)).toEqual(both);
  expect(readFileSync(join(out, 'cat.png'), 'utf8')).toBe('a');
});

test('where they can not be brought to it is said before anything is read, or in the end', async () => {
  await drawn('a', 'cat', still);
  const taken = join(folder, 'taken');
  writeFileSync(taken, '');
  const bringTo = async (place: string, from = store): Promise<void> => {
    for await (const one of bringDrawings(from, [idOf('a')], place, false)) expect(one).toHaveProperty('files');
  };
  const unread = new Proxy(store, { get: () => () => Promise.reject(new Error('it is read')) });
  await expect(bringTo(taken, unread)).rejects.toThrow(`output: ${taken} is not a folder`);
  await expect(bringTo(join(taken, 'in'), unread)).rejects.toThrow(`output: ${taken} is not a folder`);
  await expect(bringTo('/proc/x', unread)).rejects.toThrow(/^output: the folder \/proc can't be written \(E\w+\); /);
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const readTo = () => Promise.reject(full);
  const read = (key: string) => store.read(key);
  const filling: Store = new Proxy(store, { get: (_, name) => (name === 'readTo' ? readTo : read) });
  await expect(bringTo(out, filling)).rejects.toThrow(
    `output: can't write ${join(out, 'cat.png')}: the disk is full; make room, or choose another folder`,
  );
  expect(readdirSync(out)).toEqual([]);
});

test("a file of somebody's own that is called like a report stays, and the drawing is called otherwise", async () => {
  await drawn('a', 'cat', still);
  writeFileSync(join(out, 'cat.json'), 'mine');
  expect(await bring('a', true)).toEqual([`cat-${'a'.repeat(12)}.json`, `cat-${'a'.repeat(12)}.png`, 'cat.json']);
  expect(readFileSync(join(out, 'cat.json'), 'utf8')).toBe('mine');
});
