/**
 * Attacks the program with damaged files, hostile arguments, full disks, signals, broken doubles of ffmpeg and streams, and holds
 * it against what SECURITY.md promises. Everything happens in a temporary folder, without a network.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { runCampaign } from './attack/campaign.js';
import { families } from './attack/families.js';
import { plain } from './attack/plain.js';
import { Random } from './attack/random.js';
import { describeFailure, summaryOf, tableOf } from './attack/table.js';

const names = families.map(({ name }) => name);
const options = await yargs(hideBin(process.argv))
  .usage('npm run attack -- [options]')
  .option('seed', { type: 'number', describe: 'What all cases are drawn from [default: another one every time]' })
  .option('minutes', { type: 'number', default: 10, describe: 'No case begins after that' })
  .option('cases', { type: 'number', default: Number.POSITIVE_INFINITY, describe: 'No more cases than that' })
  .option('only', { type: 'string', describe: `Some families alone, such as photos,signals; of ${names.join(', ')}` })
  .option('case', { type: 'number', describe: 'The only case, by its number in the only family; its folder stays' })
  .option('cli', {
    type: 'string',
    describe: "The program's script, where it is not this build: an installed one, for instance",
  })
  .option('jobs', { type: 'number', default: 2, describe: 'Cases at once' })
  .option('keep', {
    type: 'boolean',
    default: false,
    describe: 'Keep the folders of all cases, not of broken ones alone',
  })
  .strict()
  .parseAsync();

const wanted = options.only?.split(',') ?? names;
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`--only: there is no family ${unknown}; there are ${names.join(', ')}`);
if (options.case !== undefined && wanted.length !== 1) throw new Error('--case: say with --only of which family');

const { minutes, cases, jobs } = options;
const seed = options.seed ?? Date.now() % 1e9;
const root = mkdtempSync(join(tmpdir(), 'vggdraw-attack-'));
process.stdout.write(`seed ${seed}, in ${root}\n`);
const report = await runCampaign(
  {
    families: families.filter(({ name }) => wanted.includes(name)),
    ...{ seed, minutes, cases, jobs, root, only: options.case },
    calibration: plain.draw(new Random(seed, 'calibration')),
    cli: options.cli ? resolve(options.cli) : fileURLToPath(new URL('../src/cli.js', import.meta.url)),
    keep: options.keep || options.case !== undefined,
  },
  (failure) => process.stdout.write(`${describeFailure(failure, seed)}\n`),
);
process.stdout.write(`\n${tableOf(report)}\n\n${summaryOf(report, seed)}\n`);
process.exitCode = report.tallies.some(({ failures }) => failures.length > 0) ? 1 : 0;
