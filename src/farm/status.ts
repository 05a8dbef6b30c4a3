/** What a farm is doing, in figures. */
import type { FarmQueue, State } from './queue/farm-queue.js';
import { fits, type Need } from './queue/memory-classes.js';
import type { Seen } from './queue/names.js';

export interface Status {
  readonly jobs: Readonly<Record<State, number>>;
  /** Drawings that were finished in a minute, lately; undefined where there are too few to say. */
  readonly perMinute: number | undefined;
  /** Seconds until all is done, at that rate. */
  readonly secondsLeft: number | undefined;
  readonly workers: readonly Seen[];
  /** Jobs that wait and that no worker can take, by what they need. */
  readonly unserved: readonly (Need & { readonly waiting: number })[];
}

/** How many of the latest drawings of a queue are looked at. */
const sample = 200;
/** Milliseconds: what was before that says nothing of now. */
const lately = 10 * 60_000;

export async function statusOf(queue: FarmQueue): Promise<Status> {
  const [counts, workers, done] = await Promise.all([queue.counts(), queue.workers(), queue.doneAt(sample)]);
  const jobs = { waiting: 0, active: 0, done: 0, failed: 0 };
  for (const { jobs: some } of counts) {
    for (const state of Object.keys(jobs) as State[]) jobs[state] += some[state];
  }
  const unserved = counts
    .filter(({ need, jobs: { waiting } }) => waiting > 0 && !workers.some((worker) => fits(need, worker)))
    .map(({ need, jobs: { waiting } }) => ({ ...need, waiting }));
  const perMinute = rateOf(done, jobs.active);
  const open = jobs.waiting + jobs.active - unserved.reduce((sum, { waiting }) => sum + waiting, 0);
  const secondsLeft = perMinute === undefined || open === 0 ? undefined : Math.round((60 * open) / perMinute);
  return { jobs, perMinute, secondsLeft, workers, unserved };
}

/**
 * Drawings in a minute, of those that were finished shortly before the last one. Such as are drawn at the same time are done at about the same
 * time: the first ones say nothing, and there have to be more.
 */
export function rateOf(times: readonly number[], atATime: number): number | undefined {
  const last = Math.max(...times);
  const recent = times.filter((time) => last - time <= lately).toSorted((a, b) => a - b);
  const count = recent.length;
  const first = Math.max(1, Math.min(atATime, Math.floor(count / 2)));
  const span = last - recent[first - 1]!;
  if (count <= Math.min(Math.max(1, atATime), sample / 2) || span === 0) return undefined;
  return Number(((60_000 * (count - first)) / span).toFixed(1));
}
