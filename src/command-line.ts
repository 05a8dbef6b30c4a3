/** The command line: finds the command, and turns what goes wrong into one line and an exit code. */
import yargs from 'yargs';
import { asksForHelp, checkWords, complaint, flag, forYargs, keepLast, optionsIn } from './commands/arguments.js';
import { commandIn, commandsFor, operandOf } from './commands/commands.js';
import { isAskedByShell, printCompletions } from './commands/completion/asked.js';
import { failureLines, failureOf } from './commands/failures.js';
import { outliveReaders, reportFailure } from './commands/streams.js';
import { InputError } from './errors.js';
import { discardUnfinished } from './files/unfinished.js';
import { version } from './version.js';

/** Does what the arguments say. What goes wrong is said on stderr, and in the exit code of the process. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  outliveReaders();
  try {
    await (isAskedByShell(args) ? printCompletions(args.slice(2)) : parse(args));
    const failure = await reportFailure();
    if (failure !== undefined) throw new InputError(`the report can't be written to stdout: ${failure}`);
  } catch (error) {
    report(error, args);
  }
}

async function parse(args: readonly string[]): Promise<void> {
  checkWords(args);
  const given = forYargs(args);
  const command = commandIn(given);
  const parser = yargs(given);
  // yargs prepares the help for every command, which takes longest where it is to be wrapped.
  await parser
    .scriptName('vggdraw')
    .locale('en')
    .usage('$0: give VGG-19 a photo and watch it draw\n\n$0 <photo> [options]\n$0 <command> [options]')
    .command(await commandsFor(command))
    .demandCommand(1, 'say what to do: vggdraw PHOTO')
    .option('debug', { describe: 'Show stack traces', ...flag })
    .example('$0 photo.jpg', 'writes photo.mp4, as does vggdraw draw photo.jpg')
    // Nothing is an option because another one with no- before it is.
    .parserConfiguration({ 'dot-notation': false, 'boolean-negation': false })
    .middleware(keepLast, true)
    .strict()
    .strictCommands()
    .alias({ h: 'help', v: 'version' })
    .version(version)
    .wrap(asksForHelp(args) ? Math.min(110, process.stdout.columns ?? 110) : null)
    .fail((message, error, usage) => {
      // yargs' own complaints: an unknown flag, an argument or a value that is missing. The latter is an error of its parser.
      if (error && error.name !== 'YError') throw error;
      const own = command === undefined ? ['help', 'version'] : [];
      const known = {
        commands: [...commandsOf(usage), ...own],
        options: optionsOf(parser),
      };
      const [words, needed] = command === undefined ? [[]] : usageOf(usage);
      const reason = complaint(message ?? error.message, operandOf(command) ?? needed ?? 'an argument', known);
      const help = ['vggdraw', ...words, '--help'].join(' ');
      throw new InputError(`${reason} (${help} shows how)`);
    })
    .parseAsync();
}

/** The names of the commands that there are at this place. What yargs gives here is its usage, whatever its types say. */
function commandsOf(usage: unknown): string[] {
  const { getCommands } = usage as { getCommands?: () => [line: string][] };
  return (getCommands?.() ?? []).map(([line]) => line.split(' ')[0]!);
}

/** The command that was asked for, with those that it is within, and what it needs behind it: `farm`, `add`, and `PHOTOS`. */
function usageOf(usage: unknown): [words: string[], needed?: string | undefined] {
  const { getUsage } = usage as { getUsage?: () => [line: string][] };
  const [, words = '', needed] = /^\$0 ([\w ]*\w)(?: <(\w+))?/.exec(getUsage?.()[0]?.[0] ?? '') ?? [];
  return [words.split(' '), needed?.toUpperCase()];
}

/** The names of all options that there are at this place, of one letter too. That they can be asked for its types don't say. */
function optionsOf(parser: unknown): string[] {
  const asked = parser as { getOptions: () => { key: object; alias: Record<string, string[]> } };
  const { key, alias } = asked.getOptions();
  return [...Object.keys(key), ...Object.values(alias).flat()];
}

function report(error: unknown, args: readonly string[]): void {
  discardUnfinished();
  const options = optionsIn(args);
  const isDebug = options.includes('--debug');
  const failure = failureOf(error, isDebug);
  if (options.includes('--json'))
    process.stdout.write(`${JSON.stringify({ event: 'error', message: failure.message })}\n`);
  process.stderr.write(`${failureLines(failure, isDebug).join('\n')}\n`);
  process.exitCode = failure.exitCode;
}
