/** The command line: finds the command, and turns what goes wrong into one line and an exit code. */
import { readFileSync } from 'node:fs';
import yargs, { type CommandModule } from 'yargs';
import { errorCode, InputError, messageOf } from './errors.js';
import { discardUnfinished } from './files.js';

/** The person's input is at fault; a fault of ours (EX_SOFTWARE of sysexits.h). */
const exitCodes = { input: 1, internal: 70 };

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Where one is named, only that one is loaded: a drawing should not wait for the others. */
const commands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  draw: async () => (await import('./commands/draw.js')).drawCommand,
  export: async () => (await import('./commands/export.js')).exportCommand,
  weights: async () => (await import('./commands/weights.js')).weightsCommand,
  providers: async () => (await import('./commands/providers.js')).providersCommand,
};

/** Does what the arguments say. What goes wrong is said on stderr, and in the exit code of the process. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  // Whoever reads our output may leave (`| head`): that is no fault, and nothing more is said to them.
  process.stdout.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE') throw error;
  });
  try {
    await parse(args);
  } catch (error) {
    report(error, args);
  }
}

async function parse(args: readonly string[]): Promise<void> {
  const command = Object.keys(commands).find((name) => name === args[0]);
  const loads = command === undefined ? Object.values(commands) : [commands[command]!];
  // yargs prepares the help for every command, which takes longest where it is to be wrapped.
  await yargs([...args])
    .scriptName('vggdraw')
    .usage('$0: give VGG-19 a photo and watch it draw\n\n$0 <command> [options]')
    .command(await Promise.all(loads.map((load) => load())))
    .demandCommand(1, 'say what to do: vggdraw draw PHOTO')
    .option('debug', { describe: 'Show stack traces', type: 'boolean', default: false })
    .example('$0 draw photo.jpg', 'writes photo.mp4')
    .strict()
    .strictCommands()
    .version(version)
    .wrap(args.some((arg) => arg.startsWith('--help')) ? Math.min(110, process.stdout.columns ?? 110) : null)
    .fail((message, error) => {
      // yargs' own complaints come without an error: an unknown flag, a missing argument.
      const missing = command === 'draw' ? 'a photo is missing' : 'an argument is missing';
      const reason = message?.startsWith('Not enough non-option arguments') ? missing : message;
      const help = ['vggdraw', ...(command ? [command] : []), '--help'].join(' ');
      throw error ?? new InputError(`${reason.replaceAll('\n', ' ')} (${help} shows how)`);
    })
    .parseAsync();
}

function report(error: unknown, args: readonly string[]): void {
  discardUnfinished();
  const isInput = error instanceof InputError;
  const message = isInput ? error.message : `a fault of vggdraw: ${messageOf(error)}`;
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ event: 'error', message })}\n`);
  if (args.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  else process.stderr.write(`vggdraw: ${message}${isInput ? '' : ' (--debug shows where)'}\n`);
  process.exitCode = isInput ? exitCodes.input : exitCodes.internal;
}
