/** One job of a farm on the machine of a worker: from what lies in the store to what lies there in the end. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import { cantWrite, isDiskFull } from '../files/writable.js';
import { encodeJpeg } from '../image/encode-jpeg.js';
import type { JobDone, JobEvent } from '../jobs/events.js';
import { type Job, runJob, type ThreadPool } from '../jobs/job.js';
import { version } from '../version.js';
import { bringFile } from './blobs.js';
import { type FarmJob, made, outputPathsOf } from './job-data.js';
import type { Progress } from './queue/farm-queue.js';
import { type SharedFiles, sharedFile } from './shared-files.js';
import { keys, type Store } from './store/store.js';
import { StoredCheckpoint } from './stored-checkpoint.js';
import { tidy, tidyIfDone } from './tidying.js';

/** What a worker computes with. */
export interface Means extends SharedFiles {
  /** A folder that goes when the worker ends. */
  readonly scratch: string;
  /** As the option of a drawing. */
  readonly provider: string;
  /** Whether that keeps to an amount of memory. */
  readonly keepsToMemory: boolean;
  /** Threads of a drawing that says nothing of them. Default: one per physical core. */
  readonly threads: number | undefined;
  /** Seconds from one checkpoint to the next. */
  readonly checkpointEvery: number;
  /** Threads that keep weights and sessions from one job to the next. */
  readonly pool: ThreadPool;
}

export interface Told {
  /** What a person should know. */
  note(text: string): void;
  /** How far it is, with every iteration. */
  progress(progress: Progress): void;
}

/** What ends it early. */
export interface Ends {
  /** The worker is to end: what is drawn so far is kept for another one. */
  readonly ending: AbortSignal;
  /** The job is not this worker's any more. */
  readonly lost: AbortSignal;
}

/** How it ended: with all in the store, its report too, or early, with a checkpoint there. */
export type Ended = 'done' | 'early';

/** Milliseconds from one preview to the next. */
const previewEvery = 3000;
/** Longest side of a preview, in pixels. */
const previewSide = 160;

/**
 * Draws a job, and keeps its files and a report of it in the store.
 * @throws InputError where the job is at fault, StoreError where the store is.
 */
export async function drawJob(id: string, job: FarmJob, means: Means, told: Told, ends: Ends): Promise<Ended> {
  const { store } = means;
  const folder = join(means.scratch, id);
  await mkdir(folder, { recursive: true });
  const checkpoint = new StoredCheckpoint(store, id, join(folder, 'checkpoint'), told.note, ends.lost);
  const preview = new Preview(store, id);
  try {
    const isBrought = await checkpoint.bring();
    const given = await jobIn(folder, job, means, isBrought, checkpoint);
    return await drawInto(id, job, given, { means, told, checkpoint, preview }, ends);
  } catch (error) {
    throw toldOf(error, folder, job.name);
  } finally {
    // Nothing of it goes on when it is over.
    await Promise.all([checkpoint.settle(), preview.settle()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function drawInto(
  id: string,
  job: FarmJob,
  given: Job,
  {
    means,
    told,
    checkpoint,
    preview,
  }: {
    readonly means: Means;
    readonly told: Told;
    readonly checkpoint: StoredCheckpoint;
    readonly preview: Preview;
  },
  { ending, lost }: Ends,
): Promise<Ended> {
  const { store } = means;
  const began = performance.now();
  let start: Extract<JobEvent, { kind: 'start' }> | undefined;
  let done: JobDone | undefined;
  let loss: number | null = null;
  for await (const event of runJob(given, AbortSignal.any([ending, lost]), means.pool)) {
    if (event.kind === 'warning') told.note(event.text);
    if (event.kind === 'done') done = event;
    if (event.kind === 'start') {
      start = event;
      if (event.iterations > 0) told.note(`going on after iteration ${event.iterations}`);
    }
    if (event.kind === 'frame' && event.frame.iteration) {
      const { index, drawing, picture, iteration } = event.frame;
      loss = iteration.loss;
      told.progress({ iteration: index, iterations: drawing.frames - 1, layer: iteration.layer, loss });
      preview.show(() => encodeJpeg(picture, previewSide));
    }
  }
  if (done!.endedEarly) {
    await checkpoint.keepLatest();
    return 'early';
  }
  const files: Record<string, { readonly file: string; readonly bytes: number }> = {};
  for (const kind of job.outputs) {
    const { field, file } = made[kind];
    const path = given.outputs[field]!;
    await store.writeFrom(keys.drawing(id, file), path);
    files[kind] = { file, bytes: (await stat(path)).size };
  }
  const { drawing, iterations: before } = start!;
  const { width, height, provider, weights } = drawing;
  const report = {
    ...{ id, version, photo: job.photo, name: job.name, preset: job.preset, size: { width, height }, provider },
    weights: job.weights && 'formula' in job.weights ? weights : (job.weights?.name ?? job.network?.name),
    ...{ iterations: done!.iterations, frames: done!.frames, loss, plot: done!.plot, files },
    // Of this worker alone, where others had it before.
    seconds: Number(((performance.now() - began) / 1000).toFixed(3)),
    begunAfter: before,
  };
  await store.write(keys.report(id), `${JSON.stringify(report, undefined, 2)}\n`);
  await Promise.all([checkpoint.settle(), preview.settle()]);
  await tidy(store, id);
  return 'done';
}

/** The job as this machine has it: what it names by digest is in files now. */
async function jobIn(
  folder: string,
  job: FarmJob,
  means: Means,
  isBrought: boolean,
  checkpoint: StoredCheckpoint,
): Promise<Job> {
  const { store } = means;
  const photo = join(folder, 'photo');
  await bringFile(store, job.photo, photo, `the photo ${job.name}`);
  const inputs = await inputsIn(folder, job, means);
  const outputs = outputPathsOf(job.outputs, (file) => join(folder, file));
  const { name, preset, recipe, strokes, size, exact, styleSize, styleWeight, keepColours, memory } = job;
  const { stillSize, svgStyle, plot, fps, seconds, hold, reverse, loop, beside, portrait, square } = job;
  const kept = { path: join(folder, 'checkpoint'), every: means.checkpointEvery, resume: true, given: null };
  return {
    ...{ photo, title: name, preset, recipe, strokes, size, ...inputs },
    ...{ exact, styleSize, styleWeight, keepColours },
    provider: means.provider,
    memory: means.keepsToMemory ? memory : undefined,
    // One that goes on has as many as before, so that it is the same to the bit.
    threads: job.threads ?? (isBrought ? undefined : means.threads),
    ...{ outputs, stillSize, svgStyle, plot, fps, seconds, hold, reverse, loop, beside, portrait, square },
    overwrite: true,
    checkpoint: { ...kept, kept: (one) => checkpoint.keep(one) },
  };
}

/** What a drawing is given beside its photo, or film, in files. */
export async function inputsIn(
  folder: string,
  job: Pick<FarmJob, 'style' | 'weights' | 'network'>,
  means: SharedFiles,
): Promise<Pick<Job, 'style' | 'weights' | 'network' | 'preprocess'>> {
  const style = [];
  for (const [i, { picture, weight }] of job.style.entries()) {
    const path = join(folder, `style-${i}`);
    await bringFile(means.store, picture, path, 'a style picture');
    style.push({ picture: path, weight });
  }
  const given = job.weights;
  const weights = given && ('formula' in given ? given.formula : await sharedFile(given, 'the file of weights', means));
  const network = job.network && (await sharedFile(job.network, 'the network', means));
  if (network === undefined && weights === undefined) throw new InputError('job: weights: it is missing');
  return { style, weights, network, preprocess: job.network?.preprocess };
}

/** What went wrong with a job, without a word of folders of this machine. */
export function toldOf(thrown: unknown, folder: string, name: string): unknown {
  // The disk that it is drawn on, and not the store's.
  const error = isDiskFull(thrown) ? cantWrite("the worker's own folder", 'output', thrown) : thrown;
  if (!(error instanceof InputError)) return error;
  const reason = error.reason.replaceAll(join(folder, 'photo'), name).replaceAll(join(folder, '/'), '');
  if (reason === error.reason) return error;
  return new InputError(reason, { field: error.field, cause: error });
}

/** A small picture of how far a drawing is, every few seconds, for whoever looks on. Where it can't be kept, there is none. */
class Preview {
  #shown = performance.now();
  #showing: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly id: string,
  ) {}

  show(make: () => Promise<Uint8Array>): void {
    if (this.#showing || performance.now() - this.#shown < previewEvery) return;
    this.#shown = performance.now();
    this.#showing = make()
      .then((bytes) => this.store.write(keys.preview(this.id), bytes))
      .then(() => tidyIfDone(this.store, this.id))
      .catch(() => {})
      .finally(() => {
        this.#showing = undefined;
      });
  }

  /** Resolves when none is on its way. */
  async settle(): Promise<void> {
    await this.#showing;
  }
}
