/** Jobs that are done one after the other, in this process. */
import { InputError } from '../errors.js';
import type { JobEvent } from './events.js';
import { HeldJob } from './held-job.js';
import { type Job, ThreadPool } from './job.js';

/** What happens to a job of the queue. */
export type QueueEvent =
  | JobEvent
  /** It waits for its turn: it was added, or is to be gone on with. */
  | { readonly kind: 'waiting' }
  /** Its turn has come. */
  | { readonly kind: 'active' }
  | { readonly kind: 'paused' }
  /** It was given up before it was done, and has no files. */
  | { readonly kind: 'cancelled' }
  /** What went wrong. */
  | { readonly kind: 'failed'; readonly error: unknown };

interface Entry {
  readonly id: string;
  priority: number;
  readonly held: HeldJob;
  /** Settles when all is done; undefined before it has begun. */
  over?: Promise<void>;
}

/** Milliseconds that the next job may be away for and still find what the one before has left. */
const patience = 60_000;

/** One job at a time computes, because it takes every core. One that is paused lets the next one go on. */
export class JobQueue {
  readonly #entries = new Map<string, Entry>();
  readonly #waiting: Entry[] = [];
  readonly #pool = new ThreadPool({ patience });
  #active: Entry | undefined;
  /** What is done between jobs: how much of it, until when, and what ends it. */
  #besides = 0;
  #beside: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  /** @param tell is called at once with everything that happens, in order; nothing waits for it. */
  constructor(private readonly tell: (id: string, event: QueueEvent) => void) {}

  /**
   * @param id names it from now on; no other of the queue has it.
   * @param priority those with a smaller number come first.
   */
  add(id: string, job: Job, { priority = 1 } = {}): void {
    const entry: Entry = { id, priority, held: new HeldJob(job, this.#pool) };
    this.#entries.set(id, entry);
    this.#await(entry);
  }

  /** Pauses a job that is being done. Harmless for others, as everything here. */
  pause(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry || entry !== this.#active) return;
    entry.held.pause();
    this.tell(id, { kind: 'paused' });
    this.#leave(entry);
  }

  /** Goes on with a job that is paused as soon as no other is being done, before those that wait. */
  goOn(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry?.held.isPaused || this.#waiting.includes(entry)) return;
    entry.priority = 0;
    this.#await(entry);
  }

  /** Ends a job early: with what there is where it has begun, else as {@link cancel}. */
  stop(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    if (entry.over) entry.held.stop();
    else void this.cancel(id);
  }

  /** Ends a job without files. @returns when it is over. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.held.giveUp();
    if (entry.over) return entry.over;
    this.#forget(entry);
    this.tell(id, { kind: 'cancelled' });
  }

  /**
   * Does something else that computes while no job is being done. Jobs wait for it, and so does the next of its kind.
   * @param work is given what ends it early.
   * @throws InputError where a job is being done, which it would slow down.
   */
  async between<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#active) throw new InputError('a drawing is being made; pause it, or wait until it is finished');
    this.#besides++;
    const done = this.#beside
      .then(() => work(this.#closing.signal))
      .finally(() => {
        this.#besides--;
        this.#next();
      });
    this.#beside = done.catch(() => {});
    return done;
  }

  /** Ends what has begun with what there is, and gives up the others. @returns when all is over. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { id } of this.#waiting.filter(({ over }) => !over)) void this.cancel(id);
    const begun = [...this.#entries.values()];
    for (const { id } of begun) this.stop(id);
    await Promise.all([...begun.map(({ over }) => over), this.#beside]);
    await this.#pool.close();
  }

  #await(entry: Entry): void {
    const next = this.#waiting.findIndex(({ priority }) => priority > entry.priority);
    this.#waiting.splice(next === -1 ? this.#waiting.length : next, 0, entry);
    this.tell(entry.id, { kind: 'waiting' });
    this.#next();
  }

  #next(): void {
    const entry = this.#active || this.#besides > 0 ? undefined : this.#waiting.shift();
    if (!entry) return;
    this.#active = entry;
    this.tell(entry.id, { kind: 'active' });
    if (entry.over) entry.held.goOn();
    else entry.over = this.#run(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const { id, held } = entry;
    try {
      for await (const event of held.events()) this.tell(id, event);
      if (held.isGivenUp) this.tell(id, { kind: 'cancelled' });
    } catch (error) {
      this.tell(id, held.isGivenUp ? { kind: 'cancelled' } : { kind: 'failed', error });
    } finally {
      this.#forget(entry);
    }
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.id);
    const at = this.#waiting.indexOf(entry);
    if (at !== -1) this.#waiting.splice(at, 1);
    this.#leave(entry);
  }

  #leave(entry: Entry): void {
    if (this.#active !== entry) return;
    this.#active = undefined;
    this.#next();
  }
}
