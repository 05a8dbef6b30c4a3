import { expect, test } from '@jest/globals';
import { atOnce, withPauses } from '../src/pauses.js';

function* work(did: string[]): Generator<void, string, void> {
  for (const step of ['one', 'two']) {
    did.push(step);
    yield;
  }
  return 'done';
}

test('in one go nothing comes between', () => {
  const did: string[] = [];
  setImmediate(() => did.push('other'));
  expect(atOnce(work(did))).toBe('done');
  expect(did).toEqual(['one', 'two']);
});

test('with pauses other work has its turn', async () => {
  const did: string[] = [];
  setImmediate(() => did.push('other'));
  expect(await withPauses(work(did))).toBe('done');
  expect(did).toEqual(['one', 'other', 'two']);
});
