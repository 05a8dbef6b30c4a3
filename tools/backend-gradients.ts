/**
 * Holds the gradients of the models of ONNX's backend tests (Debian: libonnx-testdata) against central differences: counts what agrees,
 * what stops and what is missing, and lists each model that is not as it should be.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { checkGradient } from './backend-gradients/check.js';
import { backendModels } from './backend-gradients/models.js';

const { folder, only, all } = await yargs(hideBin(process.argv))
  .usage('npm run backend-gradients -- [options]')
  .option('folder', { type: 'string', default: backendModels, describe: 'Where the models are' })
  .option('only', { type: 'string', default: '', describe: 'Part of the names of the models to try' })
  .option('all', { type: 'boolean', default: false, describe: 'List what agrees as well' })
  .strict()
  .parseAsync();

if (!existsSync(folder)) {
  process.stderr.write(`backend-gradients: ${folder} is not there; Debian has it in libonnx-testdata\n`);
  process.exit(1);
}
const counts = new Map<string, number>();
for (const group of readdirSync(folder).sort()) {
  for (const name of readdirSync(join(folder, group)).sort()) {
    if (!name.includes(only) || !existsSync(join(folder, group, name, 'model.onnx'))) continue;
    const { verdict, operators, dtype = '', detail = '' } = await checkGradient(join(folder, group, name));
    const counted = dtype ? `${verdict} (${dtype})` : verdict;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
    const isFine = ['agrees', 'stops', 'no floats', 'is random', 'is large'].includes(verdict);
    if (all || !isFine) process.stdout.write(`${counted}: ${name} [${operators.join(' ')}] ${detail}\n`);
  }
}
for (const [verdict, count] of [...counts].sort()) process.stdout.write(`${count} ${verdict}\n`);
