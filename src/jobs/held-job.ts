/** A job that can be held: paused, gone on with, ended early with what there is, or given up. */
import type { JobEvent } from './events.js';
import { type Job, runJob, type ThreadPool } from './job.js';

export class HeldJob {
  readonly #stopping = new AbortController();
  #isGivenUp = false;
  #going: Promise<void> | undefined;
  #goOn = (): void => {};

  /** @param pool as {@link runJob} takes it. */
  constructor(
    readonly job: Job,
    private readonly pool?: ThreadPool,
  ) {}

  get isPaused(): boolean {
    return this.#going !== undefined;
  }

  /** The thread that draws goes on until the few frames that may be under way are drawn, and then waits. */
  pause(): void {
    if (this.#stopping.signal.aborted) return;
    this.#going ??= new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  goOn(): void {
    this.#going = undefined;
    this.#goOn();
  }

  /** Ends the drawing after the running iteration; its files are finished with what there is. */
  stop(): void {
    this.#stopping.abort();
    this.goOn();
  }

  /** Ends it without files. */
  giveUp(): void {
    this.#isGivenUp = true;
    this.stop();
  }

  /** Whether it was given up. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /**
   * What {@link runJob} yields, once. While it is paused nothing comes; where it is given up, nothing more.
   * @param signal stops it, too.
   */
  async *events(signal?: AbortSignal): AsyncGenerator<JobEvent, void, void> {
    signal?.addEventListener('abort', () => this.stop(), { once: true });
    if (signal?.aborted) this.stop();
    for await (const event of runJob(this.job, this.#stopping.signal, this.pool)) {
      if (this.#isGivenUp) return;
      yield event;
      await this.#going;
    }
  }
}
