import { expect, test } from '@jest/globals';
import { KeptSessions, type OpenGraph } from '../../../src/drawing/compute/kept-sessions.js';
import { TransformedKernels } from '../../../src/drawing/compute/transformed-kernels.js';

/** Notes what is opened and released. */
function noted() {
  const notes: string[] = [];
  const kept = new KeptSessions(new TransformedKernels([]));
  const open = (name: string, at = 'a phase') =>
    kept.at(at)(name, async () => {
      notes.push(`${name} opened`);
      return {
        inputs: [],
        fixed: {},
        session: { release: async () => void notes.push(`${name} released`) },
      } as unknown as OpenGraph;
    });
  return { kept, notes, open };
}

test('what one drawing has opened the next one of its kind finds', async () => {
  const { kept, notes, open } = noted();
  await kept.begin('of a kind');
  const first = await open('iteration');
  expect(await open('iteration', 'another phase')).not.toBe(first);
  await kept.begin('of a kind');
  expect(await open('iteration')).toBe(first);
  expect(notes).toEqual(['iteration opened', 'iteration opened']);
});

test('for one of another kind it is released, and opened anew', async () => {
  const { kept, notes, open } = noted();
  await kept.begin('of a kind');
  await open('iteration');
  await kept.begin('of another');
  await open('iteration');
  await kept.release();
  expect(notes).toEqual(['iteration opened', 'iteration released', 'iteration opened', 'iteration released']);
});
