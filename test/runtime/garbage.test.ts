import { setImmediate } from 'node:timers/promises';
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
