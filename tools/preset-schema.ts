/**
 * Writes docs/preset.schema.json, by which editors complete presets: what may be said from the code that checks them, and the words for it
 * from the tables of docs/presets.md. With --check it only says whether the file is what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { z } from 'zod';
import { presetSchema } from '../src/drawing/recipe/preset.js';

interface Node {
  description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

/** Where each field has to have words; further in, those of the field that it is in say enough. */
const places = ['', 'canvas', 'phases'];

const { check } = await yargs(hideBin(process.argv))
  .usage('npm run preset-schema -- [options]')
  .option('check', { type: 'boolean', default: false, describe: 'Only say whether the file is up to date' })
  .strict()
  .parseAsync();

const schema = z.toJSONSchema(presetSchema, { target: 'draft-7', io: 'input' });
describe(schema as Node, wordsOf(readFileSync('docs/presets.md', 'utf8')));
const file = 'docs/preset.schema.json';
const text = `${JSON.stringify({ ...schema, title: 'A preset of vggdraw' }, null, 2)}\n`;
if (!check) writeFileSync(file, text);
else if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
  fail(`${file} is out of date; run npm run preset-schema`);

/** What the tables say of each field, by its path: `canvas.start`, `phases.ink`. */
function wordsOf(markdown: string): Map<string, string> {
  const words = new Map<string, string>();
  let prefix = '';
  for (const line of markdown.split('\n')) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (cells.length < 4) continue;
    if (cells[1] === 'field' || cells[1] === 'field of a phase') prefix = cells[1] === 'field' ? '' : 'phases.';
    for (const [, name] of cells[1]!.matchAll(/`([\w.]+)`/g))
      words.set(prefix + name, cells.at(-2)!.replaceAll('`', ''));
  }
  return words;
}

/** Gives the fields of an object their words. */
function describe({ properties = {} }: Node, words: Map<string, string>, path: readonly string[] = []): void {
  for (const [name, node] of Object.entries(properties)) {
    const here = [...path, name];
    const said = words.get(here.join('.'));
    if (said !== undefined) node.description = said;
    else if (places.includes(path.join('.')) && !['$schema', 'canvas'].includes(name))
      fail(`docs/presets.md has no line on ${here.join('.')}`);
    describe(node.items ?? node, words, here);
  }
}

function fail(reason: string): never {
  process.stderr.write(`preset-schema: ${reason}\n`);
  process.exit(1);
}
