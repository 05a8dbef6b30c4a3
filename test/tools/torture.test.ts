/** The short form of `npm run torture`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Random } from '../../tools/attack/random.js';
import { drawReference, type Kind, runTrial } from '../../tools/torture/trial.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vggdraw-torture-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Kills as soon as so much is printed: a machine that is faster or slower than it was makes no kill come when all is drawn. */
class AtOnce extends Random {
  override number(): number {
    return 0;
  }
}

test.each<[Kind, number]>([
  ['pixels', 6], // SIGKILL in the middle.
  ['pixels by L-BFGS', 4], // SIGTERM.
  ['strokes', 1],
])('a drawing that is killed and gone on with is the same: %s', async (kind, seed) => {
  const reference = await drawReference(kind, join(root, kind, 'reference'));
  const { faults, resumed } = await runTrial(kind, join(root, kind, '1'), reference, new AtOnce(kind, seed));
  expect(faults).toEqual([]);
  expect(resumed.length).toBe(2);
});
