/** Names in Redis beside BullMQ's own, and what stands behind them. */
import type { Capacity } from './memory-classes.js';

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

/** A worker, as it says. */
export interface Seen extends Capacity {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly concurrency: number;
  /** The ids of the jobs that it does. */
  readonly jobs: readonly string[];
}
