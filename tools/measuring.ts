/** What the benchmarks share: measurements in processes of their own, and PyTorch beside them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Iterations at the beginning of a process that are not counted: memory grows and kernels are chosen in them. */
export const warmUp = 2;

/** What a process measured. */
export interface Sample {
  ms: number[];
  maxRssMB: number;
}

export interface Summary {
  median: number;
  min: number;
  max: number;
  peakMB: number;
}

/** Runs a program that prints its measurements as one JSON line. */
export async function sampleOf<T = Sample>(command: string, args: readonly string[]): Promise<T> {
  const { stdout } = await run(command, [...args]);
  return JSON.parse(stdout) as T;
}

/** Iterations of a drawing of ours, as bench-iteration.ts takes its arguments. */
export const ownSample = (...args: (string | number)[]): Promise<Sample> =>
  sampleOf(process.execPath, toolArgs('bench-iteration', args));

/** Node's arguments for a script of this folder. */
export const toolArgs = (name: string, args: readonly (string | number)[]): string[] => [
  fileURLToPath(new URL(`./${name}.js`, import.meta.url)),
  ...args.map(String),
];

/** How many iterations fill that many seconds, from what one takes. */
export const iterationsFor = (seconds: number, ms: number): number =>
  warmUp + Math.max(3, Math.min(40, Math.round((seconds * 1000) / ms)));

/** The median; of an even count, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

export function summarize(samples: readonly Sample[]): Summary {
  const ms = samples.flatMap((sample) => sample.ms.slice(warmUp)).sort((a, b) => a - b);
  return {
    median: median(ms),
    min: ms[0]!,
    max: ms.at(-1)!,
    peakMB: Math.max(...samples.map((sample) => sample.maxRssMB)),
  };
}

/** Milliseconds as the tables show them. */
export const spread = ({ median, min, max }: Omit<Summary, 'peakMB'>): string =>
  `${median.toFixed(1)} (${min.toFixed(1)}–${max.toFixed(1)})`;

/** A python that has PyTorch, or undefined. */
export async function pythonWithTorch(): Promise<string | undefined> {
  // Debian's own python has Debian's torch, whichever python3 comes first on PATH.
  for (const candidate of [process.env.PYTHON, 'python3', '/usr/bin/python3']) {
    if (!candidate) continue;
    const works = await run(candidate, ['-c', 'import torch']).then(
      () => true,
      () => false,
    );
    if (works) return candidate;
  }
  return undefined;
}

export const machine = (): string =>
  `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`;

export const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** For `node --import`: has a process write its processor time where `$METER` says. */
export const meter = `data:text/javascript,${encodeURIComponent(`
  import { writeFileSync } from 'node:fs';
  process.on('exit', () => writeFileSync(process.env.METER, JSON.stringify(process.cpuUsage())));`)}`;

/** The seconds that a process has written there: its own, with all its threads, and not its children's. */
export function metered(path: string): number {
  const { user, system } = JSON.parse(readFileSync(path, 'utf8')) as NodeJS.CpuUsage;
  return (user + system) / 1e6;
}
