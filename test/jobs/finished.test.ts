import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { finishedFiles } from '../../src/jobs/finished.js';

const folder = mkdtempSync(join(tmpdir(), 'vggdraw-finished-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

test('a job was done before where all its files are there, and no checkpoint', () => {
  const outputs = { output: at('a.mp4'), still: at('a.png'), svg: undefined };
  const checkpoint = { path: at('a.checkpoint'), every: 5, resume: false, given: {} };
  writeFileSync(outputs.output, '');
  expect(finishedFiles({ outputs, checkpoint })).toBeUndefined();
  writeFileSync(outputs.still, '');
  expect(finishedFiles({ outputs, checkpoint })).toEqual([outputs.output, outputs.still]);
  writeFileSync(checkpoint.path, '');
  expect(finishedFiles({ outputs, checkpoint })).toBeUndefined();
  expect(finishedFiles({ outputs, checkpoint: undefined })).toEqual([outputs.output, outputs.still]);
});
