/** Names in Redis beside BullMQ's own, and what stands behind them. */
import { z } from 'zod';
import { providerNames } from '../../runtime/provider.js';

/** What BullMQ's names begin with. */
export const prefix = 'vggdraw';

/** The names of the queues that there are. */
export const queuesKey = `${prefix}:farm:queues`;
/** The ids of workers that are there, or were until they were looked for. */
export const workersKey = `${prefix}:farm:workers`;
/** What a worker says of itself; gone soon after it is. */
export const workerKey = (id: string): string => `${prefix}:farm:worker:${id}`;
/** Is there where a job was cancelled while it was done. */
export const cancelKey = (id: string): string => `${prefix}:farm:cancel:${id}`;

/** Whether it is the id of a job, and not only the beginning of one. */
export const isWholeId = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);

/** How many workers may die of a job, or fail to do it for reasons of theirs, before it is set aside. */
export const deathsAllowed = 3;

/** What a worker says of itself. */
const aboutSchema = z.object({
  id: z.string().min(1),
  host: z.string(),
  pid: z.number(),
  version: z.string(),
  concurrency: z.number(),
  provider: z.enum(providerNames),
  memory: z.number(),
});
export type About = z.output<typeof aboutSchema>;

/** What a worker says of itself; undefined where it is nothing that one says: it may have been put there by anybody. */
export function aboutIn(text: string | null): About | undefined {
  try {
    return aboutSchema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** A worker, as others see it. */
export interface Seen extends About {
  /** The ids of the jobs that it does. */
  readonly jobs: readonly string[];
}

/** What a job is locked with that a worker has taken: who, and which of its jobs it is. */
export const tokenOf = (worker: string, taken: number): string => `${worker}:${taken}`;
/** The id of the worker that has locked a job. */
export const workerIn = (token: string): string => token.split(':')[0]!;
