/** The jobs of a farm, as a worker takes them: none that it has no room for, and none of a worker that is alive. */
import { ErrorCode, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { messageOf } from '../../errors.js';
import { connect, queueAddress, shownQueue } from './connection.js';
import type { Progress } from './farm-queue.js';
import { type Capacity, fits, type Need, needOf } from './memory-classes.js';
import { type About, cancelKey, deathsAllowed, prefix, queuesKey, tokenOf, workerKey, workersKey } from './names.js';

/** A job that this worker has, until it says what has become of it. */
export interface TakenJob {
  readonly id: string;
  readonly need: Need;
  /** Not checked. */
  readonly data: unknown;
  /** How many workers have had it before, and died. */
  readonly deaths: number;
  /** Aborted where it is not this worker's any more: its reason says what it is, {@link cancelled} or otherwise lost. */
  readonly lost: AbortSignal;
  /** Says how far it is. */
  tell(progress: Progress): Promise<void>;
  /** Adds a line to what can be read of it. */
  log(line: string): Promise<void>;
  done(result: object): Promise<void>;
  /** @param isFinal whether the job itself is at fault; else it is tried again, three times in all. */
  failed(reason: string, isFinal: boolean): Promise<void>;
  /** Gives it back, to whoever is next. */
  handBack(): Promise<void>;
}

/** What a job is that is lost. */
export const cancelled = 'cancelled';
const another = "another worker's";
const forgotten = 'not in the queue any more';

/** A queue. */
interface Line {
  readonly name: string;
  readonly need: Need;
}

interface Held {
  readonly job: Job;
  readonly token: string;
  readonly losing: AbortController;
}

/** What is said of a job that has killed its workers. */
const setAside = `${deathsAllowed} workers have died of it; it is set aside until 'vggdraw farm retry'`;

export class JobSource {
  readonly #workers = new Map<string, Worker>();
  readonly #held = new Map<string, Held>();
  #taken = 0;
  #lines: readonly Line[] = [];
  #asked = Number.NEGATIVE_INFINITY;
  /** What was said the last time that no job could be taken. */
  #trouble: string | undefined;
  readonly #beat: NodeJS.Timeout;

  private constructor(
    private readonly redis: Redis,
    readonly label: string,
    private readonly about: About,
    /** Milliseconds after which a worker that has said nothing counts as dead. */
    private readonly lease: number,
    private readonly warn: (text: string) => void,
  ) {
    this.#beat = setInterval(() => void this.#keep().catch(() => {}), lease / 4);
  }

  /**
   * @param about what others are told of this worker.
   * @param lease seconds after which a worker that has said nothing counts as dead, and its jobs are given to others.
   * @param warn says to the person what goes on while the connection is lost.
   * @throws InputError, of the option `queue`, where there is none: see {@link connect}.
   */
  static async open(
    address: string,
    about: About,
    { lease, warn }: { readonly lease: number; readonly warn: (text: string) => void },
  ): Promise<JobSource> {
    const url = queueAddress(address);
    const source = new JobSource(await connect(url, warn), shownQueue(url), about, lease * 1000, warn);
    await source.#keep();
    return source;
  }

  /** Takes the job that needs most of those that fit; undefined where there is none. @param memory bytes that are free. */
  async next({ provider, memory }: Capacity): Promise<TakenJob | undefined> {
    for (const { name, need } of await this.#fitting({ provider, memory })) {
      const token = tokenOf(this.about.id, this.#taken++);
      try {
        const job = await this.#worker(name).getNextJob(token, { block: false });
        if (!job) continue;
        this.#trouble = undefined;
        if (!job.deferredFailure) return this.#hold(job, token, need);
        await job.log(setAside);
        await job.moveToFailed(new UnrecoverableError(setAside), token);
      } catch (error) {
        // Redis may be full, or what somebody has put there be nothing that can be read: for others there is another time.
        const trouble = messageOf(error);
        if (trouble !== this.#trouble)
          this.warn(`no job can be taken from ${this.label}: ${trouble}; it is tried again`);
        this.#trouble = trouble;
      }
    }
    return undefined;
  }

  /** Whether some job that fits is another worker's, who may die of it. */
  async hasOthers(capacity: Capacity): Promise<boolean> {
    const lines = await this.#fitting(capacity);
    const active = await Promise.all(lines.map(({ name }) => this.redis.llen(this.#worker(name).toKey('active'))));
    return active.some((jobs) => jobs > 0);
  }

  /** To be called when no job is held any more. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    await Promise.all([...this.#workers.values()].map((worker) => worker.close(true)));
    await this.redis.del(workerKey(this.about.id));
    await this.redis.srem(workersKey, this.about.id);
    await this.redis.quit();
  }

  #hold(job: Job, token: string, need: Need): TakenJob {
    const held: Held = { job, token, losing: new AbortController() };
    const id = job.id!;
    this.#held.set(id, held);
    const over = (step: () => Promise<unknown>) => async (): Promise<void> => {
      this.#held.delete(id);
      if (held.losing.signal.aborted) return;
      await step().catch(async (error: unknown) => {
        // Another one says what has become of it.
        const what = isNotOurs(error) ? `it is ${await this.#whoseIs(job)}` : messageOf(error);
        this.warn(`job ${id.slice(0, 12)}: ${what}`);
      });
    };
    return {
      id,
      need,
      data: job.data,
      deaths: job.stalledCounter,
      lost: held.losing.signal,
      tell: async (progress) => {
        await job.updateProgress({ ...progress });
        await this.#heedCancelling(id);
      },
      log: async (line) => void (await job.log(line)),
      done: (result) => over(() => job.moveToCompleted(result, token, false))(),
      failed: (reason, isFinal) =>
        over(() => job.moveToFailed(isFinal ? new UnrecoverableError(reason) : new Error(reason), token))(),
      handBack: over(() => job.moveToWait(token)),
    };
  }

  /** Says that this worker is alive, and finds out which jobs are lost to it. */
  async #keep(): Promise<void> {
    const seconds = Math.ceil(this.lease / 1000);
    await this.redis.set(workerKey(this.about.id), JSON.stringify(this.about), 'EX', 2 * seconds);
    await this.redis.sadd(workersKey, this.about.id);
    for (const [id, { job, token, losing }] of this.#held) {
      if (losing.signal.aborted) continue;
      const isOurs = (await job.extendLock(token, this.lease)) === 1;
      if (!isOurs) losing.abort(await this.#whoseIs(job));
      else await this.#heedCancelling(id);
    }
  }

  /** What a job is that this worker has lost. */
  async #whoseIs(job: Job): Promise<string> {
    return (await this.redis.exists(this.#worker(job.queueName).toKey(job.id!))) === 1 ? another : forgotten;
  }

  /** Gives up a job that somebody has cancelled. */
  async #heedCancelling(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (!held || held.losing.signal.aborted || (await this.redis.getdel(cancelKey(id))) === null) return;
    held.losing.abort(cancelled);
    await held.job.moveToFailed(new UnrecoverableError('it was cancelled'), held.token);
    await held.job.remove();
  }

  /** The queues whose jobs fit, those that need most first. */
  async #fitting(capacity: Capacity): Promise<readonly Line[]> {
    // New ones are rare.
    if (performance.now() - this.#asked > 1000) {
      const names = await this.redis.smembers(queuesKey);
      this.#lines = names.flatMap((name) => {
        const need = needOf(name);
        return need ? [{ name, need }] : [];
      });
      this.#asked = performance.now();
    }
    return this.#lines
      .filter(({ need }) => fits(need, capacity))
      .toSorted((one, other) => other.need.memory - one.need.memory);
  }

  #worker(name: string): Worker {
    const known = this.#workers.get(name);
    if (known) return known;
    const worker = new Worker(name, null, {
      connection: this.redis,
      prefix,
      autorun: false,
      lockDuration: this.lease,
      stalledInterval: this.lease / 2,
      maxStalledCount: deathsAllowed - 1,
      // It is looked at when the connection is made.
      skipVersionCheck: true,
    });
    worker.on('error', () => {});
    void worker.startStalledCheckTimer();
    this.#workers.set(name, worker);
    return worker;
  }
}

/** Whether BullMQ says that a job is not there, or in the hands of another one. */
const isNotOurs = (error: unknown): boolean =>
  [ErrorCode.JobNotExist, ErrorCode.JobLockNotExist, ErrorCode.JobNotInState, ErrorCode.JobLockMismatch].includes(
    (error as { code?: ErrorCode }).code!,
  );
