/** Notices that nothing comes any more. */

export class Stall {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  /** @param timeout milliseconds without a sign of life after which `signal` is aborted. */
  constructor(timeout: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), timeout);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something came. */
  touch(): void {
    this.#timer.refresh();
  }

  /** Stops watching. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
