/** Arguments, as people write them, for yargs; and what yargs finds wrong with them, for people. */
import { InputError } from '../errors.js';
import { didYouMean } from '../nearest.js';

/** Arguments that have no flag; all others of a command are options. */
const positionals = new Set(['photo', 'photos', 'film', 'file', 'source', 'model', 'one', 'other', 'job', 'jobs']);

/** An option of the library as it is written here: `--size`, for `size`; `--style-size`, for `styleSize`; `--outputs`, for one of them, `outputs[0]`. */
export function flagOf(field: string): string {
  const [name] = field.split('[') as [string];
  return positionals.has(name) ? name : `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Those before `--`: what comes behind it is no option, whatever it looks like. */
export function optionsIn(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}

/** Whether help is asked for, after which yargs ends the process. */
export const asksForHelp = (args: readonly string[]): boolean =>
  args[0] === 'help' || optionsIn(args).some((arg) => /^(?:-(?!o)\w*h|--help\b)/.test(arg));

/** `--_`, `--$0` and a `_` among letters: where yargs keeps what is no option. */
const yargsOwn = /^(--(?:_|\$0)(?==|$)|-(?![-o])[^=]*_)/;

/** @throws InputError for what is written as if it were an option: yargs would take no notice of it, or lose its own words. */
export function checkWords(args: readonly string[]): void {
  for (const arg of optionsIn(args)) {
    const [own] = yargsOwn.exec(arg) ?? [];
    if (own !== undefined) throw new InputError(`there is no option ${own.startsWith('--') ? own : '-_'}`);
  }
  for (const name of positionals) {
    if (!optionsIn(args).some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))) continue;
    throw new InputError(`there is no option --${name}; write the ${name} without it`);
  }
}

/** Options that may be given several times, and operands that there may be several of. */
const repeatable = new Set(['style', 'shape', 'wrt', 'photo', 'photos', 'jobs']);

export const isRepeatable = (name: string): boolean => repeatable.has(name);

/** Stands for a single dash on its way through yargs, which loses one among operands. No argument of a process has a character 0. */
const dash = '\0-';

/** Of every other option that is given twice the last one holds; a single dash is one again. */
export function keepLast(given: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(given)) {
    if (name === '_') continue;
    const written = [value].flat().map((one) => (one === dash ? '-' : one));
    given[name] = Array.isArray(value) && repeatable.has(name) ? written : written.at(-1);
  }
}

/** An option that is there or not. With a value, `--quiet=yes`, yargs would take it for false. */
export const flag = { type: 'boolean', default: false, nargs: 0 } as const;

/** As yargs understands them. */
export function forYargs(args: readonly string[]): string[] {
  const [first, ...others] = args;
  if (first === 'help') return [...others, '--help'];
  if (first === 'version') return ['--version'];
  // yargs would take -oa.mp4 for options of one letter each.
  const options = optionsIn(args).map((arg) => (/^-o[^=]/.test(arg) ? `--output=${arg.slice(2)}` : arg));
  // yargs does not give them to a command: they come behind its name, and a file's name with a dash as a path.
  const operands = args.slice(options.length + 1).map((arg) => (arg.startsWith('-') ? `./${arg}` : arg));
  const words = options.findIndex((arg) => /^-./.test(arg));
  const ordered =
    words === -1 ? [...options, ...operands] : [...options.slice(0, words), ...operands, ...options.slice(words)];
  return ordered.map((arg) => (arg === '-' ? dash : arg));
}

/** Commands that a message names: those within another one, and not all that there are. */
const mostNamed = 12;

const listed = (commands: readonly string[]): string =>
  commands.length > mostNamed ? '' : `; there ${commands.length === 1 ? 'is' : 'are'} ${commands.join(', ')}`;

/** What there is to choose from where a name is not known. */
export interface Known {
  readonly commands: readonly string[];
  /** Options, with those of one letter. */
  readonly options: readonly string[];
}

/**
 * What yargs complains of, in words that say what to mend.
 * @param message its own.
 * @param operand what the command needs: `a photo`.
 */
export function complaint(message: string, operand: string, known: Known): string {
  const [, kind, list = ''] = /^([^:]*): (.*)$/s.exec(message.replaceAll(dash, '-')) ?? [];
  const flag = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`);
  const [first] = list.split(', ') as [string];
  switch (kind) {
    case 'Not enough non-option arguments':
      return `${operand} is missing`;
    case 'Argument unexpected for':
      return `${flag(first)}: it takes no value`;
    case 'Not enough arguments following':
      return `${flag(first)}: it needs a value`;
    case 'Missing required argument':
      return `${flag(first)} is missing`;
    case 'Missing required arguments':
      return `${list.split(', ').map(flag).join(' and ')} are missing`;
    case 'Unknown argument':
    case 'Unknown arguments': {
      const options = known.options.filter((name) => name.length > 1 && !positionals.has(name));
      return `there is no option ${flag(first)}${didYouMean(first, options, flag)}`;
    }
    case 'Unknown command':
    case 'Unknown commands': {
      const commands = known.commands;
      if (commands.length === 0) return `'${first}' is one argument too many`;
      return `there is no command '${first}'${didYouMean(first, commands) || listed(commands)}`;
    }
    default:
      return message;
  }
}
