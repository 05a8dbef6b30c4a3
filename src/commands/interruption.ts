/** What ends a drawing early: Ctrl-C, or a signal to terminate. */
import { discardUnfinished } from '../files.js';

export class Interruption {
  readonly #controller = new AbortController();

  /**
   * Listens until it is released.
   * @param announce says what the first Ctrl-C does.
   * @param abandon ends, without waiting, what writes the unfinished files: they are removed next.
   */
  constructor(
    private readonly announce: () => void,
    private readonly abandon: () => void,
  ) {
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#end);
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives the signals back to Node. */
  release(): void {
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#end);
  }

  readonly #onInterrupt = (): void => {
    if (this.signal.aborted) {
      this.#end('SIGINT');
    } else {
      this.announce();
      this.#controller.abort();
    }
  };

  /**
   * Ends the process at once, with nothing half-written. By the signal itself, which a shell reports as 130 for Ctrl-C:
   * process.exit() would wait for the drawing's thread, and onnxruntime-node aborts when it is stopped within an iteration.
   */
  readonly #end = (signal: NodeJS.Signals): void => {
    this.abandon();
    discardUnfinished();
    this.release();
    process.kill(process.pid, signal);
  };
}
