/** Writes docs/operators.md. With --check it only says whether the file is what it would write. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { operatorTable } from './operator-table/table.js';

const { check } = await yargs(hideBin(process.argv))
  .usage('npm run operator-table -- [options]')
  .option('check', { type: 'boolean', default: false, describe: 'Only say whether the file is up to date' })
  .strict()
  .parseAsync();

const file = 'docs/operators.md';
const text = operatorTable();
if (!check) writeFileSync(file, text);
else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  process.stderr.write(`operator-table: ${file} is out of date; run npm run operator-table\n`);
  process.exit(1);
}
