/** A worker of a farm: takes jobs that it has room for, draws them, and says what has become of each. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../cache.js';
import { InputError, messageOf } from '../errors.js';
import { ownedName, removeAbandoned } from '../files/abandoned.js';
import { ThreadPool } from '../jobs/job.js';
import { parseProviders, providerLabel } from '../runtime/provider.js';
import { chooseProvider } from '../runtime/providers/choose.js';
import { version } from '../version.js';
import { drawJob, type Ended, type Ends, type Means, type Told } from './drawing.js';
import { drawChunk } from './film/chunk.js';
import { type ChunkJob, checkWork, type FarmJob, idOf } from './job-data.js';
import type { Progress } from './queue/farm-queue.js';
import { cancelled, JobSource, type TakenJob } from './queue/job-source.js';
import { classOf } from './queue/memory-classes.js';
import { removeUnneeded } from './shared-files.js';
import { keys, type Store, StoreError } from './store/store.js';
import { sweep, tidy } from './tidying.js';

export interface WorkerOptions {
  /** The address of the queue. */
  readonly queue: string;
  readonly store: Store;
  /** As the option of a drawing. */
  readonly provider: string;
  /** Bytes for all jobs that are done at a time. */
  readonly memory: number;
  /** How many are done at a time, at the most. */
  readonly concurrency: number;
  /** Threads of each, where the job says nothing of them. Default: one per physical core. */
  readonly threads?: number | undefined;
  /** Seconds from one checkpoint to the next. */
  readonly checkpointEvery: number;
  /** Seconds after which a worker that has said nothing counts as dead. */
  readonly lease: number;
  /** Whether it ends when there is nothing to do. */
  readonly untilEmpty: boolean;
}

/** What happens, for whoever looks on. */
export type WorkerEvent =
  | {
      readonly kind: 'ready';
      readonly queue: string;
      readonly store: string;
      readonly provider: string;
      readonly memory: number;
    }
  | { readonly kind: 'taken'; readonly id: string; readonly name: string }
  | { readonly kind: 'note'; readonly id?: string; readonly text: string }
  | { readonly kind: 'done'; readonly id: string; readonly seconds: number }
  | { readonly kind: 'handed back'; readonly id: string }
  /** It was told to end. @property jobs that it hands back first. */
  | { readonly kind: 'ending'; readonly jobs: number }
  | { readonly kind: 'failed'; readonly id: string; readonly reason: string; readonly isFinal: boolean };

/** Milliseconds until it is looked again whether there is something to do, and from one word on how far a job is to the next. */
const intervals = { idle: 500, progress: 1000 };

/** Milliseconds that the next job may be away for and still find what the one before has left in memory. */
const patience = 60_000;

/** What is the worker's fault, and not that of the job: another one may do it. */
const ownFields = new Set(['output', 'still', 'svg', 'svgAnimated', 'replay', 'steps', 'checkpoint', 'provider']);

/**
 * Works until it is told to end: then what is being drawn is handed back with its checkpoint, for others to go on with.
 * @param tell is called with what happens.
 * @throws InputError where the queue, the store or the provider can't be had.
 */
export async function work(
  options: WorkerOptions,
  tell: (event: WorkerEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { store, memory, concurrency } = options;
  const { provider } = await chooseProvider(parseProviders(options.provider));
  const capacity = { provider: provider.name, memory };
  const about = { id: randomUUID(), host: hostname(), pid: process.pid, version, concurrency, ...capacity };
  const warn = (text: string): void => tell({ kind: 'note', text });
  const folder = join(cacheFolder(), 'farm');
  const shared = join(folder, 'inputs');
  const scratch = join(folder, ownedName('partial'));
  await removeAbandoned(folder);
  await removeUnneeded(shared);
  await mkdir(scratch, { recursive: true });
  const source = await JobSource.open(options.queue, about, { lease: options.lease, warn });
  const means: Omit<Means, 'pool'> = {
    ...{ store, scratch, shared, provider: providerLabel(provider) },
    ...{ keepsToMemory: provider.name === 'cpu', threads: options.threads, checkpointEvery: options.checkpointEvery },
  };
  tell({ kind: 'ready', queue: source.label, store: store.label, provider: providerLabel(provider), memory });
  const sweeping = sweep(store, signal).catch((error: unknown) => warn(messageOf(error)));
  const running = new Set<Promise<void>>();
  // One for each that is drawn at a time.
  const pools = Array.from({ length: concurrency }, () => new ThreadPool({ patience }));
  const idle = [...pools];
  let free = memory;
  let wake = (): void => {};
  const end = (): void => {
    tell({ kind: 'ending', jobs: running.size });
    wake();
  };
  signal.addEventListener('abort', end);
  try {
    while (!signal.aborted) {
      const taken = running.size < concurrency ? await source.next({ ...capacity, memory: free }) : undefined;
      if (taken) {
        free -= taken.need.memory;
        const pool = idle.pop()!;
        const run = doJob(taken, { ...means, pool }, tell, signal).finally(() => {
          free += taken.need.memory;
          idle.push(pool);
          running.delete(run);
          wake();
        });
        running.add(run);
      } else {
        if (options.untilEmpty && running.size === 0 && !(await source.hasOthers(capacity))) break;
        if (signal.aborted) break;
        // Until a job is over, or the worker is told to end, or some time has passed.
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, intervals.idle);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
    await Promise.all(running);
  } finally {
    signal.removeEventListener('abort', end);
    await sweeping;
    await source.close();
    await Promise.all(pools.map((pool) => pool.close()));
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Does a job to its end, whichever that is. */
async function doJob(
  taken: TakenJob,
  means: Means,
  tell: (event: WorkerEvent) => void,
  ending: AbortSignal,
): Promise<void> {
  const { id, lost } = taken;
  const began = performance.now();
  const log = (line: string): void => void taken.log(line).catch(() => {});
  const note = (text: string): void => {
    tell({ kind: 'note', id, text });
    log(text);
  };
  try {
    const job = checkWork(taken.data);
    checkPlace(job, taken);
    tell({ kind: 'taken', id, name: job.name });
    log(
      `taken by process ${process.pid} on ${hostname()}${taken.deaths > 0 ? `, after ${taken.deaths} that died` : ''}`,
    );
    const progress = every(intervals.progress, (how: Progress) => taken.tell(how));
    const ended = await drawn(id, job, means, { note, progress }, { ending, lost });
    if (lost.aborted) {
      if (lost.reason === cancelled) await tidy(means.store, id);
      tell({ kind: 'note', id, text: `it is ${lost.reason}` });
    } else if (ended === 'early') {
      log('handed back with its checkpoint');
      await taken.handBack();
      tell({ kind: 'handed back', id });
    } else {
      const seconds = Number(((performance.now() - began) / 1000).toFixed(3));
      log(`done in ${seconds} s`);
      await taken.done({ seconds });
      tell({ kind: 'done', id, seconds });
    }
  } catch (error) {
    if (lost.aborted) {
      tell({ kind: 'note', id, text: `it is ${lost.reason}` });
      return;
    }
    const isFinal = isJobsFault(error);
    const reason = error instanceof InputError ? error.message : `a fault of vggdraw: ${messageOf(error)}`;
    log(reason);
    await taken.failed(reason, isFinal);
    tell({ kind: 'failed', id, reason, isFinal });
  }
}

/** @throws InputError for a job that is not what its id says, or that needs more than those of its queue. */
function checkPlace(job: FarmJob | ChunkJob, { id, need }: TakenJob): void {
  if (job.version !== version)
    throw new InputError(
      `vggdraw ${job.version} added it, and this worker is ${version}, which may draw otherwise; add it with vggdraw ${version}`,
    );
  if (idOf(job) !== id || job.provider !== need.provider || classOf(job.memory) !== need.memory)
    throw new InputError('job: it is not what its id and its queue say of it; add it again');
}

async function drawn(id: string, job: FarmJob | ChunkJob, means: Means, told: Told, ends: Ends): Promise<Ended> {
  if (await means.store.has(keys.report(id))) {
    // Somebody may have died just before they said so, with what they had to tidy up.
    await tidy(means.store, id);
    return 'done';
  }
  return 'film' in job ? drawChunk(id, job, means, told, ends) : drawJob(id, job, means, told, ends);
}

function isJobsFault(error: unknown): boolean {
  if (error instanceof StoreError) return error.isMissing;
  return error instanceof InputError && !(error.field !== undefined && ownFields.has(error.field));
}

/** Passes on what comes, some of it: not before the last one is through, nor more often. */
function every<T>(milliseconds: number, step: (value: T) => Promise<void>): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  let isBusy = false;
  return (value) => {
    if (isBusy || performance.now() - last < milliseconds) return;
    isBusy = true;
    last = performance.now();
    step(value)
      .catch(() => {})
      .finally(() => {
        isBusy = false;
      });
  };
}
