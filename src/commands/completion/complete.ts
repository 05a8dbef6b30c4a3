/** What the word at the cursor may become: asked by the scripts of `vggdraw completion`. */
import yargs, { type Argv } from 'yargs';
import { isRepeatable } from '../arguments.js';
import { commandNamed, commandSummaries } from '../commands.js';
import { withImpliedDraw } from '../implied-draw.js';
import type { Completion } from './values.js';

/** What a builder has said to yargs. That it can be asked for yargs' types don't say. */
interface Said {
  getOptions(): {
    readonly key: object;
    readonly alias: Readonly<Record<string, readonly string[]>>;
    readonly boolean: readonly string[];
    readonly hiddenOptions: readonly string[];
  };
  getInternalMethods(): {
    getUsageInstance(): {
      getCommands(): readonly (readonly [usage: string, text: string])[];
      getDescriptions(): Readonly<Record<string, string | undefined>>;
      getPositionalGroupName(): string;
    };
    getCommandInstance(): {
      getCommandHandlers(): Readonly<
        Record<string, { readonly builder: ((yargs: Argv) => unknown) | Readonly<Record<string, never>> }>
      >;
    };
  };
  getGroups(): Readonly<Record<string, readonly string[]>>;
}

/**
 * @param words those behind the program's name, up to the cursor; the last one may be begun, or empty.
 * @returns none where a file or a number is wanted, and where nothing that there is begins so.
 */
export async function completionsFor(words: readonly string[]): Promise<Completion[]> {
  const { before, prefix, begun } = atCursor(words);
  const choices = await choicesAfter(withImpliedDraw(before), begun);
  return choices.filter(({ word }) => word.startsWith(begun)).map(({ word, text }) => ({ word: prefix + word, text }));
}

/** The words before the one that is completed, what of it stays as it is, and how it begins. */
function atCursor(words: readonly string[]): { before: readonly string[]; prefix: string; begun: string } {
  const last = words.at(-1) ?? '';
  // bash makes words of their own of an option, its = and its value.
  if (last === '=') return { before: words.slice(0, -1), prefix: '', begun: '' };
  if (words.at(-2) === '=') return { before: words.slice(0, -2), prefix: '', begun: last };
  const [, option, value] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
  const before = words.slice(0, -1);
  if (option === undefined) return { before, prefix: '', begun: last };
  return { before: [...before, option], prefix: `${option}=`, begun: value! };
}

async function choicesAfter(before: readonly string[], begun: string): Promise<readonly Completion[]> {
  const [name, ...others] = before;
  const options = begun.startsWith('-');
  const body = await commandNamed(name ?? '')?.load();
  if (!body) {
    if (name !== undefined) return [];
    return options ? common : commandSummaries.map(({ name: word, describe: text }) => ({ word, text }));
  }
  let said = heard(body.builder);
  const path = [name!];
  for (const other of others) {
    const builder = handlersOf(said)[other]?.builder;
    if (builder === undefined) continue;
    // Where a command has none yargs says it is an object.
    said = heard(typeof builder === 'function' ? builder : (argv) => argv);
    path.push(other);
  }
  if (others.includes('--')) return [];
  // Loaded only now: it names what most of the program is needed for.
  const { optionValues, operandValues } = await import('./values.js');
  const wanting = optionWanting(said, before.at(-1)!);
  if (wanting !== undefined) return optionValues[wanting] ?? [];
  if (options) return [...optionsLeft(said, others), ...common];
  const below = commandsOf(said);
  return below.length > 0 ? below : (operandValues[path.join(' ')] ?? []);
}

const common: readonly Completion[] = [
  { word: '--help', text: 'Show help' },
  { word: '--version', text: 'Show version number' },
];

const heard = (builder: (yargs: Argv) => unknown): Said => {
  const argv = yargs([]);
  builder(argv);
  return argv as unknown as Said;
};

const handlersOf = (said: Said) => said.getInternalMethods().getCommandInstance().getCommandHandlers();
const usageOf = (said: Said) => said.getInternalMethods().getUsageInstance();

const commandsOf = (said: Said): Completion[] =>
  usageOf(said)
    .getCommands()
    .map(([usage, text]) => ({ word: usage.split(' ')[0]!, text }));

/** The option that `word` is, where a value follows. */
function optionWanting(said: Said, word: string): string | undefined {
  const [, given] = /^--?([\w-]+)$/.exec(word) ?? [];
  if (given === undefined) return undefined;
  const { key, alias, boolean } = said.getOptions();
  const name = Object.hasOwn(key, given) ? given : Object.keys(alias).find((one) => alias[one]!.includes(given));
  return name === undefined || boolean.includes(name) ? undefined : name;
}

/** Those that are not given yet, or may be given again. */
function optionsLeft(said: Said, given: readonly string[]): Completion[] {
  const usage = usageOf(said);
  const operands = said.getGroups()[usage.getPositionalGroupName()] ?? [];
  const { key, alias, hiddenOptions } = said.getOptions();
  const texts = usage.getDescriptions();
  const excluded = new Set([...operands, ...hiddenOptions, ...Object.values(alias).flat(), 'help', 'version']);
  const isGiven = (name: string) =>
    [name, ...(alias[name] ?? [])].some((one) =>
      given.some((word) => word === `-${one}` || word === `--${one}` || word.startsWith(`--${one}=`)),
    );
  return Object.keys(key)
    .filter((name) => name.length > 1 && !excluded.has(name))
    .filter((name) => isRepeatable(name) || !isGiven(name))
    .map((name) => ({ word: `--${name}`, text: (texts[name] ?? '').replace('__yargsString__:', '') }));
}
