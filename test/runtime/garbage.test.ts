import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from '@jest/globals';
import { collectGarbage } from '../../src/runtime/garbage.js';

test('a buffer that nobody holds is gone at once, and no one else is given a way to do that', async () => {
  const held = new ArrayBuffer(2 ** 20);
  const [kept, dropped] = [new WeakRef(held), new WeakRef(new ArrayBuffer(2 ** 20))];
  // What a WeakRef was made of stays until its turn of the event loop is over.
  await setImmediate();
  collectGarbage();
  expect(dropped.deref()).toBeUndefined();
  expect(kept.deref()).toBe(held);
  expect('gc' in globalThis).toBe(false);
});

test('threads that begin at the same moment do not take it from one another', async () => {
  const file = new URL('../../src/runtime/garbage.js', import.meta.url).href;
  const start = new Int32Array(new SharedArrayBuffer(4));
  // V8's flags belong to the process: all threads load the file at once, each its own copy of it.
  const code = `
    const { workerData, parentPort } = require('node:worker_threads');
    parentPort.postMessage('ready');
    Atomics.wait(workerData, 0, 0);
    import(${JSON.stringify(file)}).then(({ collectGarbage }) => collectGarbage());
  `;
  const workers = Array.from({ length: 8 }, () => new Worker(code, { eval: true, workerData: start }));
  const ends = workers.map((worker) => once(worker, 'exit'));
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  Atomics.store(start, 0, 1);
  Atomics.notify(start, 0);
  expect(await Promise.all(ends)).toEqual(workers.map(() => [0]));
});
