/** The jobs of a farm, as whoever adds them and looks after them sees them. */
import { type Job, type JobState, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { InputError } from '../../errors.js';
import { connect, queueAddress, shownQueue } from './connection.js';
import { type Need, needOf, queueOf } from './memory-classes.js';
import {
  aboutIn,
  cancelKey,
  deathsAllowed,
  isWholeId,
  prefix,
  queuesKey,
  type Seen,
  workerIn,
  workerKey,
  workersKey,
} from './names.js';

/** What has become of a job. */
export type State = 'waiting' | 'active' | 'done' | 'failed';

const progressSchema = z.object({
  iteration: z.number(),
  iterations: z.number(),
  layer: z.string(),
  loss: z.number(),
});

/** How far a job is, as its worker says. */
export type Progress = Readonly<z.output<typeof progressSchema>>;

export interface Listed {
  readonly id: string;
  readonly state: State;
  /** What it was added with: not checked, as it may have been put there by anybody. */
  readonly data: unknown;
  readonly need: Need;
  /** When it was added, begun for the last time, and over: milliseconds since 1970. */
  readonly added: number;
  readonly begun: number | undefined;
  readonly over: number | undefined;
  /** Workers that had it and died. */
  readonly deaths: number;
  /** Whether it has failed for reasons that need not be its own: workers died of it, or could not do it, as often as is allowed. */
  readonly isSetAside: boolean;
  /** How far it was when its worker last said so; of one that is done undefined. */
  readonly progress: Progress | undefined;
  /** Why it has failed, or did the last time. */
  readonly reason: string | undefined;
}

/** Where a job is found. */
export type Place = Pick<Listed, 'id' | 'state' | 'need'>;

/** A job to be added. */
export interface NewJob {
  readonly id: string;
  readonly need: Need;
  readonly data: object;
}

const states: Readonly<Record<JobState | 'unknown', State | undefined>> = {
  waiting: 'waiting',
  delayed: 'waiting',
  prioritized: 'waiting',
  'waiting-children': 'waiting',
  active: 'active',
  completed: 'done',
  failed: 'failed',
  unknown: undefined,
};
const typesOf = (state: State): JobState[] =>
  (Object.keys(states) as JobState[]).filter((type) => states[type] === state);

/** What is said of jobs that a worker failed to do for reasons that are not the job's: seconds until it is tried again, twice as many the next time. */
const againAfter = 5;

/** How many jobs that are done, or for how many seconds, the queue still tells of; drawings stay in the store. */
const kept = { count: 10_000, age: 7 * 24 * 3600 };

export class FarmQueue {
  readonly #queues = new Map<string, Queue>();

  private constructor(
    readonly redis: Redis,
    /** For people. */
    readonly label: string,
  ) {}

  /** @throws InputError, of the option `queue`, where there is none: see {@link connect}, and for `warn`. */
  static async open(address: string, warn?: (text: string) => void): Promise<FarmQueue> {
    const url = queueAddress(address);
    return new FarmQueue(await connect(url, warn), shownQueue(url));
  }

  async close(): Promise<void> {
    // Where the connection is lost, nobody would answer.
    if (this.redis.status !== 'ready') return this.redis.disconnect();
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await this.redis.quit();
  }

  /** What has become of a job; undefined where there is none of that id. */
  async stateOf({ id, need }: Pick<NewJob, 'id' | 'need'>): Promise<State | undefined> {
    return states[await this.#queue(queueOf(need)).getJobState(id)];
  }

  /** Adds jobs. One that is there already, in whatever state, stays as it is. */
  async add(jobs: readonly NewJob[]): Promise<void> {
    for (const name of new Set(jobs.map(({ need }) => queueOf(need)))) {
      const some = jobs.filter(({ need }) => queueOf(need) === name);
      await this.redis.sadd(queuesKey, name);
      await this.#queue(name).addBulk(
        some.map(({ id, data }) => ({
          name: 'draw',
          data,
          opts: {
            jobId: id,
            attempts: deathsAllowed,
            backoff: { type: 'exponential', delay: againAfter * 1000 },
            removeOnComplete: kept,
            keepLogs: 200,
            stackTraceLimit: 0,
          },
        })),
      );
    }
  }

  /** How many jobs there are in each state, by what they need. */
  async counts(): Promise<{ readonly need: Need; readonly jobs: Readonly<Record<State, number>> }[]> {
    return this.#each(async (queue, need) => {
      const counts = await queue.getJobCounts('wait', 'delayed', 'prioritized', 'active', 'completed', 'failed');
      const { wait = 0, delayed = 0, prioritized = 0, active = 0, completed = 0, failed = 0 } = counts;
      return { need, jobs: { waiting: wait + delayed + prioritized, active, done: completed, failed } };
    });
  }

  /** Jobs in some states, the latest of each queue first. @param most of each queue. */
  async list(wanted: readonly State[], most: number): Promise<Listed[]> {
    const places = await Promise.all(wanted.map((state) => this.places(state, most)));
    return this.read(places.flat());
  }

  /** Where the jobs in a state are, of each queue the latest first, or the first that were there. @param most of each queue. */
  async places(state: State, most: number, order: 'latest' | 'first' = 'latest'): Promise<Place[]> {
    const found = await this.#each(async (queue, need) => {
      const ids = await queue.getRanges(typesOf(state), 0, most - 1, order === 'first');
      return ids.slice(0, most).map((id) => ({ id, state, need }));
    });
    return found.flat();
  }

  /** What is known of jobs. One that has gone meanwhile is left out. */
  async read(places: readonly Place[]): Promise<Listed[]> {
    const found = await Promise.all(
      places.map(async ({ id, state, need }) => {
        const job = await this.#queue(queueOf(need)).getJob(id);
        return job && listed(job, state, need);
      }),
    );
    return found.filter((job) => job !== undefined);
  }

  /** When the latest jobs that are done were so: milliseconds since 1970. @param most of each queue. */
  async doneAt(most: number): Promise<number[]> {
    const found = await this.#each(async (queue) => {
      const scores = await this.redis.zrevrange(queue.toKey('completed'), 0, most - 1, 'WITHSCORES');
      return scores.filter((_, i) => i % 2 === 1).map(Number);
    });
    return found.flat();
  }

  /** How many jobs were done from one moment up to another: milliseconds since 1970. */
  async doneBetween(from: number, to: number): Promise<number> {
    const found = await this.#each((queue) => this.redis.zcount(queue.toKey('completed'), from, `(${to}`));
    return found.reduce((sum, count) => sum + count, 0);
  }

  /** The job whose id begins so. @throws InputError where there is none, or several. */
  async find(beginning: string): Promise<Listed> {
    // BullMQ has other things beside its jobs, under names that are no ids.
    const isId = /^[0-9a-f]{1,64}$/.test(beginning);
    const found = await this.#each(async (queue, need) => {
      if (!isId) return [];
      const whole = await queue.getJob(beginning);
      if (whole) return [{ job: whole, need }];
      if (isWholeId(beginning)) return [];
      const ids = await queue.getRanges(typesOf('waiting').concat('active', 'completed', 'failed'), 0, -1);
      const some = [...new Set(ids.filter((id) => id.startsWith(beginning)))].slice(0, 2);
      const jobs = await Promise.all(some.map((id) => queue.getJob(id)));
      return jobs.filter((job) => job !== undefined).map((job) => ({ job, need }));
    });
    const [only, ...others] = found.flat();
    if (!only) throw new InputError(`there is no job ${beginning} at ${this.label}; 'vggdraw farm list' shows them`);
    if (others.length > 0) throw new InputError(`several jobs begin with ${beginning}; give more of the id`);
    const state = states[await this.#queue(queueOf(only.need)).getJobState(only.job.id!)] ?? 'done';
    return listed(only.job, state, only.need);
  }

  /** Has a job that failed done again, from its checkpoint: its deaths are forgotten. @throws InputError for one that is being done. */
  async retry({ id, need, data }: Listed): Promise<void> {
    if (!(await this.#remove({ id, need })) && (await this.stateOf({ id, need })) === 'active')
      throw new InputError(`job ${id.slice(0, 12)} is being drawn; cancel it first, or wait`);
    await this.add([{ id, need, data: data as object }]);
  }

  /** Takes a job out of the queue; the worker that is doing it is told, and gives it up within some seconds. */
  async cancel({ id, need }: Listed): Promise<void> {
    // First, because it may be taken now.
    await this.redis.set(cancelKey(id), '1', 'EX', 600);
    // One that is being done can't be removed: its worker does so.
    if (await this.#remove({ id, need })) await this.redis.del(cancelKey(id));
  }

  /** Takes away what the queue still says of a job that is over. One that somebody has added again, and that is drawn now, stays. */
  async forget({ id, need }: Pick<NewJob, 'id' | 'need'>): Promise<void> {
    await this.#remove({ id, need });
  }

  /** What workers have said of a job, line by line. */
  async logs({ id, need }: Listed): Promise<string[]> {
    return (await this.#queue(queueOf(need)).getJobLogs(id)).logs;
  }

  /** The workers that are there. */
  async workers(): Promise<Seen[]> {
    const ids = await this.redis.smembers(workersKey);
    if (ids.length === 0) return [];
    const texts = await this.redis.mget(ids.map(workerKey));
    const gone = ids.filter((_, i) => texts[i] === null);
    if (gone.length > 0) await this.redis.srem(workersKey, ...gone);
    const there = texts.flatMap((text) => aboutIn(text) ?? []);
    const jobs = await this.#activeJobs();
    return there.map((about) => ({ ...about, jobs: jobs.get(about.id) ?? [] }));
  }

  /** Jobs that are done now, by the ids of the workers that have locked them. */
  async #activeJobs(): Promise<Map<string, string[]>> {
    const of = new Map<string, string[]>();
    await this.#each(async (queue) => {
      const ids = await queue.getRanges(['active'], 0, -1);
      const tokens = ids.length === 0 ? [] : await this.redis.mget(ids.map((id) => `${queue.toKey(id)}:lock`));
      for (const [i, id] of ids.entries()) {
        const worker = workerIn(tokens[i] ?? '');
        of.set(worker, [...(of.get(worker) ?? []), id]);
      }
    });
    return of;
  }

  /** Whether a job could be taken out: not one that is being done. */
  async #remove({ id, need }: Pick<NewJob, 'id' | 'need'>): Promise<boolean> {
    const queue = this.#queue(queueOf(need));
    return (await queue.remove(id).catch(() => 0)) === 1;
  }

  async #each<T>(step: (queue: Queue, need: Need) => Promise<T>): Promise<T[]> {
    const names = await this.redis.smembers(queuesKey);
    const known = names.toSorted().flatMap((name) => {
      const need = needOf(name);
      return need ? [{ name, need }] : [];
    });
    return Promise.all(known.map(({ name, need }) => step(this.#queue(name), need)));
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name);
    if (known) return known;
    // The version is looked at when the connection is made.
    const queue = new Queue(name, { connection: this.redis, prefix, skipVersionCheck: true });
    // Said where a command fails.
    queue.on('error', () => {});
    this.#queues.set(name, queue);
    return queue;
  }
}

function listed(job: Job, state: State, need: Need): Listed {
  const { id, data, timestamp, processedOn, finishedOn, stalledCounter, attemptsMade, progress, failedReason } = job;
  return {
    id: id!,
    state,
    data,
    need,
    added: timestamp,
    begun: processedOn,
    over: finishedOn,
    deaths: stalledCounter,
    isSetAside: state === 'failed' && Math.max(stalledCounter, attemptsMade) >= deathsAllowed,
    progress: state === 'done' ? undefined : progressSchema.safeParse(progress).data,
    reason: failedReason,
  };
}
