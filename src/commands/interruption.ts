/** What ends the work early: Ctrl-C, a signal to terminate, a terminal that is closed. */
import { setTimeout as wait } from 'node:timers/promises';
import { discardUnfinished } from '../files/unfinished.js';
import { endChildren } from '../processes.js';

/** Milliseconds that programs and threads have to end in, once the process is to end. */
const patience = 500;

/** The exit code of what was interrupted, by whichever signal: that of a shell for Ctrl-C. */
export const interrupted = 130;

export class Interruption {
  readonly #controller = new AbortController();
  #isEnding = false;

  /**
   * Listens until it is released.
   * @param finish says what the first Ctrl-C has brought to its end; false where there is nothing yet that could be, and the
   *   process ends at once.
   * @param endThreads ends those that a process must not end in the middle of.
   */
  constructor(
    private readonly finish: () => boolean,
    private readonly endThreads: () => Promise<void> = async () => {},
  ) {
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#onTerminate);
    process.on('SIGHUP', this.#onTerminate);
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the process is about to end: nothing that fails now need be told. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Gives the signals back to Node. Does not resolve where the process is about to end. */
  async release(): Promise<void> {
    if (this.#isEnding) await new Promise(() => {});
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#onTerminate);
    process.off('SIGHUP', this.#onTerminate);
  }

  readonly #onInterrupt = (): void => {
    if (this.signal.aborted || !this.finish()) this.#onTerminate();
    else this.#controller.abort();
  };

  readonly #onTerminate = (): void => void this.#end();

  /**
   * Ends the process within a second, with nothing half-written and no program left behind. With the exit code for what was
   * interrupted, where the threads end in time; else by SIGINT, for which a shell shows the same: process.exit() would wait for a
   * thread that is in an iteration, and onnxruntime-node aborts when it is stopped in one.
   */
  async #end(): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const over = Promise.all([endChildren(), this.endThreads()]);
    discardUnfinished();
    const isOver = await Promise.race([over.then(() => true), wait(patience, false)]);
    // Again, for what was under way.
    discardUnfinished();
    if (!isOver) {
      process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
      // A container's first process outlives its own signals.
      await wait(patience);
    }
    process.exit(interrupted);
  }
}
