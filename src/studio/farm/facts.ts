/** What the page of a farm is told. What stands in Redis may have been put there by anybody: of it only words and numbers get through, in one line. */
import { z } from 'zod';
import { digest, made, outputKinds } from '../../farm/job-data.js';
import type { Listed } from '../../farm/queue/farm-queue.js';
import type { Seen } from '../../farm/queue/names.js';
import type { Status } from '../../farm/status.js';
import { shownName } from '../../one-line.js';

export interface JobFacts extends Omit<Listed, 'data'> {
  /** What people call the photo, and the preset. */
  readonly name: string;
  readonly preset: string;
  /** The addresses of small pictures: of its photo, and of the drawing, which may not be there yet. A job may have neither. */
  readonly photo: string | undefined;
  readonly picture: string | undefined;
  /** Of one that is drawn: the id of the worker that does so, and its name. */
  readonly worker?: string | undefined;
  readonly by?: string | undefined;
  /** Of one that waits: whether there is no worker for it. */
  readonly isUnserved?: boolean;
}

export interface WorkerFacts extends Pick<Seen, 'id' | 'provider' | 'memory' | 'concurrency'> {
  readonly name: string;
  readonly version: string;
  /** How many jobs it does. */
  readonly busy: number;
}

/** All that the page shows. Lists have the first few: a farm may have more jobs than anybody looks at. */
export interface FarmFacts {
  /** Why what is shown may be old. */
  readonly trouble: string | null;
  /** Where the jobs are, and the drawings. */
  readonly places: { readonly queue: string; readonly store: string };
  readonly status: Omit<Status, 'workers'>;
  /** Drawings that were done in each of the last minutes, this one too. */
  readonly pace: readonly number[];
  readonly workers: { readonly count: number; readonly first: readonly WorkerFacts[] };
  /** The jobs in each state. */
  readonly active: readonly JobFacts[];
  readonly waiting: readonly JobFacts[];
  readonly failed: readonly JobFacts[];
  readonly done: readonly JobFacts[];
}

const words = z.string().transform(shownName);
const count = z.number().int().nonnegative();
const work = z
  .object({
    name: words.catch('?'),
    preset: words.catch(''),
    photo: digest.optional().catch(undefined),
    outputs: z.array(z.string()).catch([]),
    /** Of a film: its first frame. */
    first: count.max(999_999).optional().catch(undefined),
  })
  .catch({ name: '?', preset: '', outputs: [] });
const progress = z.object({ iteration: count, iterations: count, layer: words, loss: z.number() });

export function jobFacts(job: Listed): JobFacts {
  const { id, state, need, added, begun, over, deaths, isSetAside } = job;
  const { name, preset, photo, outputs, first } = work.parse(job.data);
  const still = outputKinds.find((kind) => made[kind].field === 'still' && outputs.includes(kind));
  const ofDone = first !== undefined ? `frames/${id}/${first}` : still && `stills/${id}/${made[still].file}`;
  return {
    ...{ id, state, name, preset, need, added, begun, over, deaths, isSetAside },
    progress: progress.safeParse(job.progress).data,
    reason: job.reason === undefined ? undefined : shownName(job.reason),
    photo: photo && `photos/${photo}`,
    picture: state === 'done' ? ofDone : `previews/${id}`,
  };
}

export const workerFacts = ({ id, host, pid, version, provider, memory, concurrency, jobs }: Seen): WorkerFacts => ({
  ...{ id, name: shownName(`${host}:${pid}`), version: shownName(version), provider, memory, concurrency },
  busy: jobs.length,
});
