/**
 * Kills small drawings, of pixels and of strokes, at random moments by SIGKILL and SIGTERM, goes on with each until it is done, and compares its
 * pictures with those of a drawing that nobody interrupted: all bits are to be the same, and nothing is to be left behind.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { Random } from './attack/random.js';
import { drawReference, type Kind, kinds, type Reference, runTrial } from './torture/trial.js';

const options = await yargs(hideBin(process.argv))
  .usage('npm run torture -- [options]')
  .option('drawings', { type: 'number', default: 100, describe: 'How many are killed, once or more' })
  .option('seed', { type: 'number', default: 1, describe: 'What signals and moments are drawn from' })
  .option('jobs', { type: 'number', default: 2, describe: 'Drawings at once' })
  .strict()
  .parseAsync();

const root = mkdtempSync(join(tmpdir(), 'vggdraw-torture-'));
const names = Object.keys(kinds) as Kind[];
const references = new Map<Kind, Reference>();
for (const kind of names)
  references.set(kind, await drawReference(kind, join(root, `reference-${names.indexOf(kind)}`)));

const left = Array.from({ length: options.drawings }, (_, i) => i);
let [failed, kills] = [0, 0];
const work = async (): Promise<void> => {
  for (let i = left.shift(); i !== undefined; i = left.shift()) {
    const kind = names[i % names.length]!;
    const trial = await runTrial(kind, join(root, String(i)), references.get(kind)!, new Random(options.seed, i));
    kills += trial.signals.length;
    if (trial.faults.length > 0) failed++;
    const how = `${kind}, ${trial.signals.join(' and ')}, went on after ${trial.resumed.slice(1).join(' and ') || 'nothing'}`;
    process.stdout.write(`${i + 1}: ${how}: ${trial.faults.join('; ') || 'the same'}\n`);
  }
};
await Promise.all(Array.from({ length: options.jobs }, work));
process.stdout.write(
  `\n${options.drawings - failed} of ${options.drawings} drawings, killed ${kills} times, are those that nobody interrupted (seed ${options.seed})\n`,
);
if (failed === 0) rmSync(root, { recursive: true });
else process.stdout.write(`those that are not lie in ${root}\n`);
process.exitCode = failed === 0 ? 0 : 1;
