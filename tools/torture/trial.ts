/** A small drawing that is killed at a random moment, gone on with until it is done, and held against one that nobody interrupted. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readKept } from '../../src/jobs/checkpoint.js';
import { events, type Finished, start } from '../../test/support/cli.js';
import type { Output } from '../attack/case.js';
import { photo } from '../attack/drawing.js';
import type { Random } from '../attack/random.js';
import { faultOf } from '../attack/whole.js';

/** What is drawn: each kind of parameters and of optimizer, at several sizes or with several rounds, phases that keep an optimizer and that don't. */
export const kinds = {
  pixels: {
    scales: [0.5, 1],
    phases: [
      { layer: 'block2_conv1', iterations: 12, learningRate: { from: 9, to: 3, decay: 'cosine' } },
      { layer: 'block1_conv2', iterations: 12, learningRate: 4, keepOptimizer: true },
      { layers: { block1_conv1: 1, block2_conv1: 0.5 }, ink: 0.1, iterations: 8, learningRate: 3 },
    ],
  },
  'pixels by L-BFGS': {
    canvas: { colours: 'grey' },
    optimizer: 'lbfgs',
    phases: [
      { layer: 'block2_conv1', iterations: 14, learningRate: 1 },
      { layer: 'block1_conv2', iterations: 14, learningRate: 1 },
    ],
  },
  strokes: {
    scales: [0.5, 1],
    medium: { kind: 'strokes', count: 24, rounds: 4, width: [3, 1.5], lengths: [20, 60], colours: 'photo' },
    phases: [
      { layer: 'block2_conv1', iterations: 16, learningRate: 1 },
      { layer: 'block1_conv2', iterations: 14, learningRate: 1, keepOptimizer: true },
    ],
  },
} as const;

export type Kind = keyof typeof kinds;

const checkpoint = 'photo.mp4.checkpoint';
const outputs: readonly Output[] = [
  { path: 'photo.mp4', kind: 'video' },
  { path: 'still.png', kind: 'picture' },
  { path: 'frames', kind: 'frames' },
];
const inputs = ['photo.png', 'preset.json'];

/** A drawing's files, by their paths in its folder. */
export type Files = ReadonlyMap<string, Buffer>;

export interface Reference {
  readonly files: Files;
  /** Lines that its process printed before the last one, and milliseconds that it took. */
  readonly lines: number;
  readonly ms: number;
}

/** Draws it without an interruption, in a new folder. */
export async function drawReference(kind: Kind, folder: string): Promise<Reference> {
  prepare(kind, folder);
  const started = performance.now();
  const ended = await begin(folder).finished;
  if (ended.code !== 0) throw new Error(`${kind} can't be drawn at all: ${ended.stderr}`);
  return { files: filesIn(folder), lines: whole(ended).length - 1, ms: performance.now() - started };
}

export interface Trial {
  readonly kind: Kind;
  readonly signals: readonly NodeJS.Signals[];
  /** What was wrong: nothing, if all is well. */
  readonly faults: readonly string[];
  /** The iteration that each process went on after, 0 where it began. */
  readonly resumed: readonly number[];
}

/** One in a new folder, which is removed where nothing is wrong. */
export async function runTrial(kind: Kind, folder: string, reference: Reference, random: Random): Promise<Trial> {
  prepare(kind, folder);
  const faults: string[] = [];
  const signals: NodeJS.Signals[] = [];
  const resumed: number[] = [];
  let printed = 0;
  // A kill, now and then followed by others; and at last none.
  for (let kills = random.pick([1, 1, 1, 2, 3]); ; kills--) {
    const running = begin(folder);
    if (kills > 0) {
      const signal = random.chance(0.7) ? 'SIGKILL' : 'SIGTERM';
      // After so many lines, because the machine may be slower than it was; and somewhat later, up to the next line or to the end.
      const lines = random.integer(0, reference.lines);
      await running.printed(new RegExp(`^(?:.*\\n){${lines}}`)).catch(() => {});
      await wait(random.number(0, reference.ms / (lines === 0 ? 2 : 20)));
      if (running.child.kill(signal)) signals.push(signal);
    }
    const ended = await running.finished;
    const lines = whole(ended);
    const from = lines.find(({ event }) => event === 'start')?.resumed as number | undefined;
    if (lines.length > 0) {
      resumed.push(from ?? 0);
      // It prints of an iteration when the checkpoint of the one before is kept.
      if ((from ?? 0) < printed - 1) faults.push(`went on after iteration ${from ?? 0}, and ${printed} were printed`);
      printed = Math.max(printed, ...lines.map(({ index }) => Number(index ?? 0)));
    }
    for (const output of outputs) {
      const path = join(folder, output.path);
      const fault = existsSync(path) && faultOf(output, path);
      if (fault) faults.push(`${output.path} after ${signals.at(-1)}: ${fault}`);
    }
    const last = lines.at(-1);
    // A signal that comes when all is drawn finds nothing to end early; where none came before it, that was no trial.
    if (last?.event === 'done' && last.checkpoint === undefined) {
      if (ended.code !== 0 || signals.length > 0) break;
      rmSync(folder, { recursive: true });
      return runTrial(kind, folder, reference, random);
    }
    if (existsSync(join(folder, checkpoint))) await readKept(join(folder, checkpoint));
    if (kills > 0) continue;
    faults.push(`ended with ${ended.code ?? ended.signal}: ${ended.stderr}`);
    break;
  }
  faults.push(...differences(filesIn(folder), reference.files), ...leftovers(folder));
  if (faults.length === 0) rmSync(folder, { recursive: true });
  return { kind, signals, faults, resumed };
}

function prepare(kind: Kind, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'photo.png'), photo(44));
  writeFileSync(join(folder, 'preset.json'), JSON.stringify(kinds[kind]));
}

/** Begins the drawing, or goes on with it where there is a checkpoint. Each iteration has one, so that each is a place to go on from. */
function begin(folder: string) {
  const going = ['--overwrite', '--json', '--quiet'];
  if (existsSync(join(folder, checkpoint))) return start(['resume', checkpoint, ...going], { cwd: folder });
  const files = ['-o', 'photo.mp4', '--still', 'still.png', '--frames', 'frames', '--checkpoint-every', '0'];
  const how = ['--preset', 'preset.json', '--weights', 'contour', '--provider', 'cpu', '--threads', '1'];
  return start(['draw', 'photo.png', ...how, ...files, '--seconds', '1', '--hold', '0.1', ...going], { cwd: folder });
}

/** What it printed: its last line may be cut. */
function whole(ended: Finished): Record<string, unknown>[] {
  const stdout = ended.stdout.slice(0, ended.stdout.lastIndexOf('\n') + 1);
  return stdout === '' ? [] : events({ ...ended, stdout });
}

function filesIn(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

/** In the pictures every bit counts. Of the video, which is encoded by several threads, that it has as many frames, which `faultOf` counts. */
function differences(files: Files, expected: Files): string[] {
  const pictures = [...expected.keys()].filter((path) => path.endsWith('.png'));
  const other = pictures.filter((path) => !files.get(path)?.equals(expected.get(path)!));
  return [
    ...(other.length === 0 ? [] : [`${other.length} pictures differ, the first is ${other[0]}`]),
    ...(files.has('photo.mp4') ? [] : ['there is no video']),
  ];
}

/** Files, and programs at work on them, that should be gone. */
function leftovers(folder: string): string[] {
  const expected = [...inputs, ...outputs.map(({ path }) => path)];
  const files = readdirSync(folder).filter((name) => !expected.includes(name));
  return [...files, ...processesIn(folder)].map((what) => `${what} is left`);
}

/** Those of Linux that have the folder among their arguments. */
function processesIn(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.includes(folder)) ? [`the process ${words[0]}`] : [];
      } catch {
        return []; // It has ended.
      }
    });
}
