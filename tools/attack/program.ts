/** Runs the program as a person or a script runs it, sends it signals, and sees how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Broken, type Ended, hangSeconds, type Kill, type Run, type Stream } from './case.js';
import { kill, peakBytesOf, processesWith } from './processes.js';

/** Where a case's runs take place, and how. */
export interface Ground {
  /** The script that is the program. */
  readonly cli: string;
  /** The case's own folder: {@link desk}, where the program runs, `home`, `tmp` and `cache`. */
  readonly folder: string;
  /** Marks the case's processes. */
  readonly mark: string;
  /** How many times longer than on a machine of its own everything takes, 1 at the least. */
  readonly slowness: () => number;
}

/** The folder in a case's own one that the program runs in. */
export const desk = 'desk';

/** The variable that marks the processes of a case. */
const markVariable = 'VGGDRAW_ATTACK';

/** Seconds in which a signal that ends the program at once has to end it, and its children have to be gone. */
const signalSeconds = 2;

const library = new URL('../../src/index.js', import.meta.url).href;
const listener = fileURLToPath(new URL('./listener.js', import.meta.url));

/** More output than this is not kept. */
const keptOutput = 4e6;

/** A proxy that nobody is at: whatever a case asks for, nothing leaves this machine. */
const nobody = 'http://127.0.0.1:9';

function environmentOf({ folder, mark }: Ground, run: Run): Record<string, string> {
  const variables: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    VGGDRAW_CACHE: join(folder, 'cache'),
    HTTPS_PROXY: nobody,
    HTTP_PROXY: nobody,
    NO_PROXY: '127.0.0.1,localhost',
    BROWSER: 'none',
    [markVariable]: mark,
    ...(run.script === undefined ? {} : { LIBRARY: library }),
    ...run.env,
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Makes a small disk of a folder, for this process and its children alone, and copies what is on it in the end. */
const onDisk =
  'disk=$1; mkdir "$disk.mounted" "$disk.after" && mount -t tmpfs -o "$2" attack "$disk.mounted" || exit 99; ' +
  'cp -a "$disk/." "$disk.mounted/" && mount --bind "$disk.mounted" "$disk" || exit 99; ' +
  'if [ "$3" = ro ]; then mount -o remount,bind,ro "$disk" || exit 99; fi; shift 3; ' +
  '"$@"; code=$?; cp -a "$disk/." "$disk.after/"; exit $code';

/** Runs something in a network of its own, where names are asked for at a listener, which notes that in a file. */
const inOwnNetwork =
  'ip link set lo up && mount --bind "$1" /etc/resolv.conf || exit 99; "$2" "$3" "$4" & listener=$!; ' +
  'while [ ! -e "$4" ]; do sleep 0.05; done; shift 4; "$@"; code=$?; kill $listener; wait; exit $code';

/** The file that names are noted in, in the case's folder. */
export const askedNames = 'asked-names';

function commandOf({ cli, folder }: Ground, run: Run): string[] {
  const program = run.script === undefined ? [cli] : ['--input-type=module', '-e', run.script];
  const command = [process.execPath, ...program, ...run.args];
  const closed = [
    [run.stdin, '<&-'],
    [run.stdout, '>&-'],
    [run.stderr, '2>&-'],
  ].flatMap(([stream, redirection]) => (stream === 'closed' ? [redirection] : []));
  if (closed.length > 0) command.unshift('sh', '-c', `exec "$@" ${closed.join(' ')}`, 'sh');
  if (run.disk) {
    const disk = join(folder, desk, run.disk.folder);
    command.unshift(
      'unshare',
      '-rm',
      'sh',
      '-c',
      onDisk,
      'sh',
      disk,
      run.disk.options,
      run.disk.readOnly ? 'ro' : 'rw',
    );
  }
  if (run.watched) {
    const resolver = join(folder, 'resolv.conf');
    writeFileSync(resolver, 'nameserver 127.0.0.1\n');
    const listening = [resolver, process.execPath, listener, join(folder, askedNames)];
    command.unshift('unshare', '-rmn', 'sh', '-c', inOwnNetwork, 'sh', ...listening);
  }
  return command;
}

/** Runs it once. `broken` is what is seen of promises while it runs. */
export async function runProgram(run: Run, ground: Ground): Promise<{ ended: Ended; broken: Broken[] }> {
  const { folder, mark, slowness } = ground;
  const broken: Broken[] = [];
  const [command, ...args] = commandOf(ground, run) as [string, ...string[]];
  const opened: number[] = [];
  const stdio = (stream: Stream | undefined, otherwise: 'pipe' | 'ignore', flags: string) => {
    if (stream === 'closed') return 'ignore';
    if (typeof stream !== 'object') return stream ?? otherwise;
    opened.push(openSync(resolve(folder, desk, stream.path), flags));
    return opened.at(-1)!;
  };
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: join(folder, desk),
    env: environmentOf(ground, run),
    // A process group of its own, as a shell gives it.
    detached: true,
    stdio: [stdio(run.stdin, 'ignore', 'r'), stdio(run.stdout, 'pipe', 'w'), stdio(run.stderr, 'pipe', 'w')],
  });
  for (const file of opened) closeSync(file);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const closed = once(child, 'close');
  closed.catch(() => {});
  const output = listen(child, run.reads);

  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakBytesOf(child.pid!) ?? 0);
  }, 20);
  const seconds = run.seconds ?? hangSeconds;
  const hang = setTimeout(
    () => {
      broken.push({ promised: 'no hang', seen: `it still ran after ${(seconds * slowness()).toFixed(0)} s` });
      endAll(mark, child);
    },
    seconds * slowness() * 1000,
  );
  let over = false;
  const sending = sendAll(run.kills ?? [], child, output, () => over);

  const [code, signal] = await exited;
  const ends = performance.now();
  over = true;
  clearInterval(watch);
  clearTimeout(hang);
  // A child that holds on to our streams is seen below.
  await Promise.race([closed, wait(1000)]);
  const last = await sending;
  if (last && endsAtOnce(run.kills!) && ends - last > signalSeconds * slowness() * 1000) {
    broken.push({
      promised: 'no hang',
      seen: `${((ends - last) / 1000).toFixed(1)} s from the last signal to its end`,
    });
  }
  broken.push(...(await survivors(mark, (run.kills?.length ? 5 : signalSeconds) * slowness())));
  if (run.disk) takeOver(join(folder, desk, run.disk.folder));
  const { stdout, stderr } = output;
  return { ended: { code, signal, stdout, stderr, seconds: (ends - started) / 1000, peakBytes }, broken };
}

interface Output {
  stdout: string;
  stderr: string;
  /** Resolves when so many lines have come on stdout, or no more will. */
  lines(count: number): Promise<void>;
}

function listen(child: ChildProcess, reads: number | undefined): Output {
  let count = 0;
  let ended = child.stdout === null;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const one of waiting) one();
  };
  const output: Output = {
    stdout: '',
    stderr: '',
    lines: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (count < wanted && !ended) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      if (output[name].length < keptOutput) output[name] += text;
      if (name === 'stderr') return;
      count += text.split('\n').length - 1;
      if (reads !== undefined && count >= reads) child.stdout!.destroy();
      wake();
    });
  }
  if (reads === 0) child.stdout?.destroy();
  child.once('exit', () => {
    ended = true;
    wake();
  });
  return output;
}

/** @returns the moment of the last one that was sent. */
async function sendAll(
  kills: readonly Kill[],
  child: ChildProcess,
  output: Output,
  over: () => boolean,
): Promise<number | undefined> {
  let last: number | undefined;
  for (const { signal, lines, delay, to } of kills) {
    await output.lines(lines);
    if (!over()) await wait(delay);
    if (over()) return last;
    last = performance.now();
    kill(to === 'group' ? -child.pid! : child.pid!, signal);
  }
  return last;
}

/** The first Ctrl-C ends the drawing and lets the video be finished; all else ends the program. */
const endsAtOnce = (kills: readonly Kill[]): boolean =>
  kills.some(({ signal }) => signal !== 'SIGINT') || kills.filter(({ signal }) => signal === 'SIGINT').length > 1;

/** Children get some seconds: what ffmpeg is told when the program dies is the end of its input. */
async function survivors(mark: string, seconds: number): Promise<Broken[]> {
  const until = performance.now() + seconds * 1000;
  let left = processesWith(markVariable, mark);
  while (left.length > 0 && performance.now() < until) {
    await wait(50);
    left = processesWith(markVariable, mark);
  }
  for (const { pid } of left) kill(pid, 'SIGKILL');
  return left.map(({ command }) => ({ promised: 'process', seen: `still running: ${command}` }));
}

function endAll(mark: string, child: ChildProcess): void {
  kill(child.pid!, 'SIGKILL');
  for (const { pid } of processesWith(markVariable, mark)) kill(pid, 'SIGKILL');
}

/** The copy of a disk takes the place of the folder it was mounted on. */
function takeOver(disk: string): void {
  rmSync(`${disk}.mounted`, { recursive: true, force: true });
  if (!existsSync(`${disk}.after`)) mkdirSync(`${disk}.after`);
  rmSync(disk, { recursive: true, force: true });
  renameSync(`${disk}.after`, disk);
}
