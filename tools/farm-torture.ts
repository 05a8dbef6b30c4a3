/**
 * A thousand small drawings on a farm of four workers, of which one is killed every two seconds and replaced, while Redis is restarted once: each
 * is to be there once, to the byte as without a queue.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { tortureFarm } from './farm/torture.js';

const options = await yargs(hideBin(process.argv))
  .usage('npm run farm-torture -- [options]')
  .option('jobs', { type: 'number', default: 1000, describe: 'Drawings, of 16×16 pixels and two iterations' })
  .option('workers', { type: 'number', default: 4, describe: 'Processes that draw' })
  .option('kill-every', { type: 'number', default: 2, describe: 'Seconds from one kill to the next' })
  .option('seed', { type: 'number', default: 1, describe: 'What photos and victims are drawn from' })
  .strict()
  .parseAsync();

const { jobs, workers, killEvery, seed } = options;
const folder = mkdtempSync(join(tmpdir(), 'vggdraw-farm-torture-'));
let killed = { at: performance.now(), done: 0 };
const { kills, setAside, seconds, faults } = await tortureFarm({
  ...{ folder, jobs, workers, seed },
  killsNow: (done) => {
    // On a machine that has other things to do a worker needs longer than that to begin: as many drawings as workers have to be made meanwhile.
    if (performance.now() - killed.at < 1000 * killEvery || done < killed.done + workers) return false;
    killed = { at: performance.now(), done };
    return true;
  },
  restartsNow: (done) => done >= jobs / 2,
  patience: 3_600_000,
  say: (text) => void process.stdout.write(`${text}\n`),
});
for (const fault of faults) process.stdout.write(`${fault}\n`);
const outcome =
  faults.length === 0
    ? 'each there once, to the byte as without a queue'
    : `${faults.length} faults; it lies in ${folder}`;
process.stdout.write(
  `${jobs} drawings in ${seconds.toFixed(1)} s, ${kills} workers killed, ${setAside} jobs set aside and done again: ${outcome} (seed ${seed})\n`,
);
if (faults.length === 0) rmSync(folder, { recursive: true });
process.exitCode = faults.length === 0 ? 0 : 1;
