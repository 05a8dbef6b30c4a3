/** Signals at random moments of a drawing, and what is left for the next one. */
import type { Case, Draw, Family, Kill, Run } from './case.js';
import { allOutputs, drawArgs, frames, makeInputs, still, video } from './drawing.js';
import type { Random } from './random.js';

/** Long enough to be met by a signal, in all of its parts. */
const iterations = 120;
const options = { ...allOutputs, json: true, size: '64' };

/** A drawing that gets signals; after SIGKILL another one, which has to find what it needs and to leave nothing of the first. */
function killed(kills: readonly Kill[], more: Partial<Run> = {}): Case {
  const first: Run = { args: drawArgs(options), kills, ...more };
  const again: Run = { args: drawArgs({ ...options, overwrite: true }), ends: [0] };
  return {
    what: kills
      .map(({ signal, lines, delay, to }) => `${signal} to the ${to}, ${delay} ms after ${lines} lines`)
      .join(', then '),
    prepare: (folder) => makeInputs(folder, { side: 64, iterations }),
    runs: kills.some(({ signal }) => signal === 'SIGKILL') ? [first, again] : [first],
    outputs: [video, still, frames],
  };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;

/** Lines of a drawing with `--json`: its start, one an iteration, its end. */
const lines = iterations + 2;

const known: readonly Draw[] = [
  ...signals.flatMap((signal) =>
    [0, 1, 2, 60, lines - 1, lines].map(
      (count): Draw =>
        () =>
          killed([{ signal, lines: count, delay: 0, to: 'process' }]),
    ),
  ),
  // While the outputs get their names, which is right after the last iteration.
  ...signals.flatMap((signal) =>
    [5, 20, 40, 60, 80, 100].map(
      (delay): Draw =>
        () =>
          killed([{ signal, lines: lines - 1, delay, to: 'process' }]),
    ),
  ),
  ...[0, 1, 5, 50].flatMap((delay) =>
    [1, 60].map(
      (count): Draw =>
        () =>
          killed([
            { signal: 'SIGINT', lines: count, delay: 0, to: 'group' },
            { signal: 'SIGINT', lines: count, delay, to: 'group' },
          ]),
    ),
  ),
];

export const signalMoments: Family = {
  name: 'signals',
  what: 'SIGINT, SIGTERM, SIGHUP and SIGKILL at any moment, alone and together; what they leave behind',
  share: 20,
  known: () => known,
  draw(random: Random) {
    const one = (): Kill => ({
      signal: random.pick(signals),
      // By the clock while there is nothing to count, and after the last line.
      lines: random.chance(0.3) ? 0 : random.chance(0.4) ? lines - 1 : random.integer(1, lines - 1),
      delay: random.integer(0, random.chance(0.5) ? 20 : 400),
      to: random.pick(['process', 'group']),
    });
    const kills = Array.from({ length: random.chance(0.7) ? 1 : random.integer(2, 4) }, one);
    return killed(kills);
  },
};
