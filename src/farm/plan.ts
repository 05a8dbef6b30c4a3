/** What it will take to draw photos on a farm: from a short drawing here of one of them, and from what is known of the work of each. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workOfEach } from '../drawing/compute/pace.js';
import { checkOptions, type Preset } from '../drawing/recipe/index.js';
import { InputError } from '../errors.js';
import { fittedSize } from '../image/fitted-size.js';
import { openPhoto } from '../image/photo.js';
import type { Size } from '../image/picture.js';
import { runJob, ThreadPool } from '../jobs/job.js';
import { logBytes } from '../outputs/frame-log.js';
import { type AddOptions, drawingIn, memoryFrom } from './adding.js';
import { outputPathsOf } from './job-data.js';

/** What is known of one photo. */
export interface PlannedPhoto {
  readonly photo: string;
  readonly size: Size;
  /** That a worker draws it in, when it has drawn others. */
  readonly seconds: number;
  /** Bytes that a worker has to have. */
  readonly memory: number;
}

export interface FarmPlan {
  /** The photo that was drawn, with how many iterations. */
  readonly calibration: { readonly photo: string; readonly iterations: number; readonly provider: string };
  readonly photos: readonly PlannedPhoto[];
  readonly refused: readonly { readonly photo: string; readonly error: InputError }[];
  /** Of the whole preset. */
  readonly iterations: number;
  /** That each worker takes once, for weights and sessions. */
  readonly startSeconds: number;
  /** In bytes: photos and finished drawings, which stay, and the checkpoints of as many as are drawn at a time. */
  readonly storage: { readonly photos: number; readonly drawings: number; readonly checkpoints: number };
  /** Until the last one is drawn. */
  readonly seconds: number;
}

/** Iterations of each phase that are drawn. */
const iterationsEach = 3;

/**
 * @param workers as fast as this machine, each of which draws one photo at a time.
 * @param tell is called before what takes a while.
 * @throws InputError for options that will not do, or where none of the photos will.
 */
export async function planFarm(
  photos: readonly string[],
  options: AddOptions,
  workers: number,
  tell: (text: string) => void,
): Promise<FarmPlan> {
  const checked = await checkOptions(drawingIn(options));
  const { preset, exact } = checked;
  const memoryFor = await memoryFrom(checked, options.memory);
  const looked: (Omit<PlannedPhoto, 'seconds'> & { readonly bytes: number })[] = [];
  const refused: { photo: string; error: InputError }[] = [];
  for (const photo of photos) {
    try {
      const size = fittedSize(await openPhoto(photo), checked.size);
      const memory = await memoryFor(photo);
      looked.push({ photo, size, memory, bytes: (await stat(photo)).size });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused.push({ photo, error });
    }
  }
  if (looked.length === 0) throw refused[0]!.error;
  const sample = looked.toSorted((one, other) => areaOf(one) - areaOf(other))[looked.length >> 1]!;
  const few = shortened(preset);
  tell(`drawing ${sample.photo} with ${countOf(few)} of ${countOf(preset)} iterations, twice`);
  const [cold, warm] = await calibrate(sample.photo, few, options);
  const isOther = options.network !== undefined;
  const workOf = (one: Preset, size: Size): number =>
    workOfEach(one, size, exact || warm!.provider !== 'cpu', isOther).reduce((sum, { work }) => sum + work, 0);
  const secondsOfWork = warm!.iterating / workOf(few, sample.size);
  const share = (one: { readonly size: Size }) => areaOf(one) / areaOf(sample);
  const planned = looked.map(({ bytes: _, ...photo }) => ({
    ...photo,
    seconds: secondsOfWork * workOf(preset, photo.size) + (warm!.whole - warm!.iterating) * share(photo),
  }));
  const startSeconds = Math.max(0, cold!.whole - warm!.whole);
  const drawings = looked.reduce((sum, photo) => sum + warm!.bytes * share(photo), 0);
  const kept = planned.map(({ size }) => logBytes(size, 1 + countOf(preset))).sort((one, other) => other - one);
  return {
    calibration: { photo: sample.photo, iterations: countOf(few), provider: warm!.provider },
    ...{ photos: planned, refused, iterations: countOf(preset), startSeconds },
    storage: {
      photos: looked.reduce((sum, { bytes }) => sum + bytes, 0),
      drawings: Math.round(drawings),
      checkpoints: kept.slice(0, workers).reduce((sum, bytes) => sum + bytes, 0),
    },
    seconds:
      startSeconds +
      shared(
        planned.map(({ seconds }) => seconds),
        workers,
      ),
  };
}

/** Seconds until workers have done all of some work, who each take the next piece when they have done one. */
export function shared(seconds: readonly number[], workers: number): number {
  const free = new Array<number>(Math.min(workers, seconds.length)).fill(0);
  for (const one of seconds) {
    const next = free.indexOf(Math.min(...free));
    free[next]! += one;
  }
  return Math.max(0, ...free);
}

const areaOf = ({ size: { width, height } }: { readonly size: Size }): number => width * height;
const countOf = ({ phases }: Preset): number => phases.reduce((sum, { iterations }) => sum + iterations, 0);

const shortened = (preset: Preset): Preset => ({
  ...preset,
  phases: preset.phases.map((phase) => ({ ...phase, iterations: Math.min(phase.iterations, iterationsEach) })),
});

/** What a drawing has taken: seconds on the whole, and in its iterations; bytes of its files. */
interface Taken {
  readonly whole: number;
  readonly iterating: number;
  readonly bytes: number;
  readonly provider: string;
}

/** Draws twice, as a worker does that begins, and one that has begun. */
async function calibrate(photo: string, recipe: Preset, options: AddOptions): Promise<Taken[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-plan-'));
  const pool = new ThreadPool();
  try {
    const { outputs: kinds, ...how } = options;
    const within = (file: string) => join(folder, file);
    const files = outputPathsOf(kinds, within);
    const outputs = { ...outputPathsOf(['video'], within), ...files };
    const taken: Taken[] = [];
    for (let turn = 0; turn < 2; turn++) {
      const began = performance.now();
      let [iterating, provider] = [0, ''];
      for await (const event of runJob({ ...how, photo, recipe, outputs, overwrite: true }, undefined, pool)) {
        if (event.kind === 'start') provider = event.drawing.provider;
        if (event.kind === 'frame') iterating += (event.frame.iteration?.ms ?? 0) / 1000;
      }
      const sizes = await Promise.all(Object.values(files).map(async (path) => (await stat(path)).size));
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      taken.push({ whole: (performance.now() - began) / 1000, iterating, bytes, provider });
    }
    return taken;
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}
