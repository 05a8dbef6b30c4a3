/** The other side of command-lines.ts: takes one command line after the other, and tells what came of each. */
import { runCommandLine } from '../../src/command-line.js';
import { withImpliedDraw } from '../../src/commands/implied-draw.js';
import type { Finished } from './cli.js';

export interface Line {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const written = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = ((text: string | Uint8Array, ...rest: unknown[]) => {
    written[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done) queueMicrotask(done);
    return true;
  }) as typeof process.stdout.write;
}

process.on('message', async ({ args, cwd, env }: Line) => {
  const before = { ...process.env };
  Object.assign(process.env, env);
  process.chdir(cwd);
  Object.assign(written, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  // What a run listens to it listens to for as long as its process lives.
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  await runCommandLine(withImpliedDraw(args));
  const finished: Finished = { code: Number(process.exitCode ?? 0), signal: null, ...written };
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(process.env, before);
  process.send!(finished);
});
