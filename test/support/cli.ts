/** The command line, run as a person runs it: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ourCli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export interface StartOptions {
  readonly cwd?: string;
  /** Variables to set besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The script to run, where it is not the project's own. */
  readonly cli?: string;
  /** A file to write to, open already, instead of what is collected. */
  readonly stdout?: number;
  readonly stderr?: number;
}

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** Resolves when what has been printed so far (on both streams) matches. */
  printed(pattern: RegExp): Promise<void>;
  finished: Promise<Finished>;
  /** What has been printed so far. */
  output: { readonly stdout: string; readonly stderr: string };
}

/** Starts `vggdraw` with some arguments. */
export function start(args: readonly string[], options: StartOptions = {}): Running {
  const { cwd, env = {}, cli = ourCli, stdout = 'pipe', stderr = 'pipe' } = options;
  const child = spawn(process.execPath, [cli, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', stdout, stderr],
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const finished = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }) as Finished);
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (!pattern.test(output.stdout + output.stderr)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      finished.then(({ stdout, stderr }) =>
        reject(new Error(`it ended before it printed ${pattern}: ${stdout}${stderr}`)),
      );
    });
  return { child, printed, finished, output };
}

export const run = (...args: Parameters<typeof start>): Promise<Finished> => start(...args).finished;

/** The objects that `--json` printed. */
export const events = ({ stdout }: Pick<Finished, 'stdout'>): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
