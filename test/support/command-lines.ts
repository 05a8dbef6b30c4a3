/**
 * The command line in a process that takes one after the other: what is refused takes some milliseconds there instead of the half second
 * in which a process starts, and what is drawn half as long. How the program starts and ends itself, what signals do to it and what its help
 * says is seen by {@link run} of cli.ts only.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll } from '@jest/globals';
import type { Finished, StartOptions } from './cli.js';
import type { Line } from './command-lines-process.js';

const script = fileURLToPath(new URL('./command-lines-process.js', import.meta.url));

let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();
afterAll(() => void child?.kill());

/** Does what {@link run} does, but for the process. */
export function runInTurn(
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: Pick<StartOptions, 'cwd' | 'env'> = {},
): Promise<Finished> {
  const finished = last.then(async () => {
    child ??= fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const heard = new AbortController();
    const ended = once(child, 'exit', heard).then(([code, signal]) => {
      child = undefined;
      throw new Error(`${args.join(' ')} has ended the process: ${code ?? signal}`);
    });
    try {
      const answered = once(child, 'message', heard);
      child.send({ args, cwd, env } satisfies Line);
      const [result] = await Promise.race([answered, ended]);
      return result as Finished;
    } finally {
      ended.catch(() => {});
      heard.abort();
    }
  });
  last = finished.catch(() => {});
  return finished;
}
