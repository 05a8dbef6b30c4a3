/** Ctrl-C: the first ends the work in good order, the second at once. */
import { discardUnfinished } from '../files.js';

export class Interruption {
  readonly #controller = new AbortController();
  readonly #onInterrupt: () => void;

  /** @param announce says what the first Ctrl-C does. */
  constructor(announce: () => void) {
    this.#onInterrupt = () => {
      if (this.#controller.signal.aborted) this.#end('SIGINT');
      announce();
      this.#controller.abort();
    };
    process.on('SIGINT', this.#onInterrupt);
    process.on('SIGTERM', this.#onTerminate);
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives the signals back to Node. */
  release(): void {
    process.off('SIGINT', this.#onInterrupt);
    process.off('SIGTERM', this.#onTerminate);
  }

  readonly #onTerminate = (): void => this.#end('SIGTERM');

  /**
   * Ends the process with nothing half-written. By the signal itself, which a shell reports as 130: process.exit() would wait
   * for the drawing's thread, which may be seconds from the end of an iteration.
   */
  #end(signal: 'SIGINT' | 'SIGTERM'): void {
    discardUnfinished();
    this.release();
    process.kill(process.pid, signal);
  }
}
