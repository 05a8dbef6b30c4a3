import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { acquireLock } from '../../src/downloads/lock.js';
import { InputError } from '../../src/errors.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const longAgo = new Date(Date.now() - 3600_000);
/** Leaves a lock as another process does. */
const leave = (pid: number, host = hostname()) => writeFile(path, JSON.stringify({ pid, host, token: 'theirs' }));

test('one after the other', async () => {
  const order: number[] = [];
  let [active, most] = [0, 0];
  const work = async (index: number) => {
    const lock = await acquireLock(path, { poll: 1 });
    most = Math.max(most, ++active);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(index);
    active--;
    await lock.release();
  };
  await Promise.all([0, 1, 2, 3, 4].map(work));
  expect(most).toBe(1);
  expect(order.sort()).toEqual([0, 1, 2, 3, 4]);
  expect(await readdir(folder)).toEqual([]);
});

test('who waits says so once, and for whom', async () => {
  const first = await acquireLock(path);
  const waits: (number | undefined)[] = [];
  const second = acquireLock(path, { poll: 1, onWait: (pid) => void waits.push(pid) });
  while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await first.release();
  const lock = await second;
  expect(waits).toEqual([process.pid]);
  expect([first.waited, lock.waited, lock.seized]).toEqual([false, true, false]);
  await lock.release();
});

test('that of a process which is no more is taken at once', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await leave(pid);
  const lock = await acquireLock(path);
  expect([lock.waited, lock.seized]).toEqual([false, false]);
  await lock.release();
});

test.each<[string, () => Promise<void>]>([
  ['of a process of another machine', () => leave(1, 'elsewhere')],
  ['of a process that lives', () => leave(process.ppid)],
  ['that says nothing', () => writeFile(path, '')],
])('one %s is seized when it has not been renewed for long', async (_, make) => {
  await make();
  const controller = new AbortController();
  await expect(
    acquireLock(path, { poll: 1, onWait: () => controller.abort(), signal: controller.signal }),
  ).rejects.toThrow();
  await utimes(path, longAgo, longAgo);
  const lock = await acquireLock(path);
  expect(lock.seized).toBe(true);
  expect(await lock.isHeld()).toBe(true);
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test('whose lock is seized learns it, and leaves the new one alone', async () => {
  const asleep = await acquireLock(path);
  await utimes(path, longAgo, longAgo);
  const next = await acquireLock(path);
  expect([await asleep.isHeld(), await next.isHeld()]).toEqual([false, true]);
  await asleep.release();
  expect(await next.isHeld()).toBe(true);
  await next.release();
});

test('where no file can be made', async () => {
  const refused = acquireLock(join(folder, 'missing', 'lock'));
  await expect(refused).rejects.toThrow(InputError);
  await expect(refused).rejects.toThrow(/can't write .*lock: .*choose another folder with \$VGGDRAW_CACHE/);
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});
