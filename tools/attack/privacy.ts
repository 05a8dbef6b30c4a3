/** Nothing leaves the machine, and nothing is left on it: a drawing of some seconds in a network with nobody in it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Broken, Case, Draw, Family, Run } from './case.js';
import { drawArgs, makeInputs, video } from './drawing.js';
import { askedNames } from './program.js';

/** Who phones home does so some seconds after the start. */
const iterations = 6000;

const drawLong: Run = {
  args: drawArgs({ size: '64' }),
  watched: true,
  seconds: 60,
  env: { HTTPS_PROXY: undefined, HTTP_PROXY: undefined, NO_PROXY: undefined },
};

function lookups(folder: string): Broken[] {
  const names = readFileSync(join(folder, '..', askedNames), 'utf8').split('\n');
  return names[0] === '' ? [] : [{ promised: 'privacy', seen: `asked for ${names[0]}` }];
}

const watched =
  (what: string, run: Partial<Run>, outputs: Case['outputs'] = []): Draw =>
  () => ({
    what,
    prepare: (folder) => makeInputs(folder, { side: 64, iterations }),
    runs: [{ ...drawLong, ...run }],
    outputs,
    look: lookups,
    waits: true,
  });

/** What README says that a user of the library writes. */
const library = `
  const { draw } = await import(process.env.LIBRARY);
  for await (const frame of draw('photo.png', { preset: 'preset.json', size: 64, weights: 'seeded', provider: 'cpu' }));
`;

const known: readonly Draw[] = [
  watched('a drawing of some seconds', { ends: [0] }, [video]),
  watched('the library, for some seconds', { args: [], script: library, ends: [0] }),
  watched('what this machine can compute on', { args: ['providers'], talks: true, ends: [0] }),
];

export const privacy: Family = {
  name: 'privacy',
  what: 'drawings of some seconds in a network of their own, with a listener for names and a fresh home folder',
  share: 0.3,
  known: () => known,
  draw: watched('a drawing of some seconds', { ends: [0] }, [video]),
  obstacle() {
    try {
      execFileSync('unshare', ['-rmn', 'sh', '-c', 'ip link set lo up && mount --bind /etc/hosts /etc/resolv.conf'], {
        stdio: 'pipe',
      });
      return undefined;
    } catch {
      return 'no network of its own can be made here: it needs root, or user namespaces (unshare -rmn), and ip';
    }
  },
};
