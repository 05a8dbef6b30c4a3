import { expect, test } from '@jest/globals';
import { prove, runProof } from '../../../src/runtime/providers/prove.js';

/** A process that does this instead of a proof. */
const doing = (script: string, seconds = 30) => runProof(['--input-type=module', '--eval', script], seconds);

test('the CPU agrees with itself exactly, though its graph is optimised', async () => {
  expect(await prove({ name: 'cpu' })).toMatchObject({ kind: 'ran', difference: 0 });
});

test('what native code throws is handed on', async () => {
  // Not in any build: chosen so that the test needs no particular machine.
  const name = process.platform === 'darwin' ? 'dml' : 'coreml';
  expect(await prove({ name })).toMatchObject({ kind: 'threw', message: expect.stringContaining(`[${name}]`) });
});

test('a process that is aborted', async () => {
  const outcome = await doing(`console.error('it broke'); process.abort();`);
  expect(outcome).toMatchObject({ kind: 'ended', log: expect.stringContaining('it broke') });
  if (process.platform !== 'win32') expect(outcome).toMatchObject({ how: 'SIGABRT' });
});

test('a process that ends without a word', async () => {
  expect(await doing('process.exit(3)')).toEqual({ kind: 'ended', how: 'code 3', log: '' });
});

test('a process that never returns is ended', async () => {
  expect(await doing('for (;;);', 0.5)).toEqual({ kind: 'silent', seconds: 0.5, log: '' });
});

test('a process that fails after its answer has answered', async () => {
  const outcome = await doing(
    `process.send({ kind: 'ran', difference: 0 }); process.on('exit', () => process.abort());`,
  );
  expect(outcome).toMatchObject({ kind: 'ran', difference: 0 });
});
