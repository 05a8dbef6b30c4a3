/** What viewers are told, each as fast as it takes it: one that is slow or asleep is told less often, and nothing is kept for it. */

import { setTimeout as wait } from 'node:timers/promises';

/** Says that something has changed, to whoever waits for that. */
export class Bell {
  readonly #listeners = new Set<() => void>();

  ring(): void {
    for (const listener of this.#listeners) listener();
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** @returns what ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Milliseconds that news waits for more, so that a frame and what is said of it come together: nobody sees more of them. */
const interval = 40;

/**
 * Yields what is new, at first all, whenever something is and the last piece was taken.
 * @param gather what there is to say since it was called last; undefined for nothing.
 */
export async function* newsFor<T>(bell: Bell, gather: () => T | undefined, signal: AbortSignal): AsyncGenerator<T> {
  let wake = (): void => {};
  let hasRung = true;
  const ring = (): void => {
    hasRung = true;
    wake();
  };
  const leave = bell.listen(ring);
  signal.addEventListener('abort', ring, { once: true });
  try {
    while (!signal.aborted) {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await wait(interval);
      }
      hasRung = false;
      const news = signal.aborted ? undefined : gather();
      if (news === undefined) continue;
      yield news;
    }
  } finally {
    leave();
    signal.removeEventListener('abort', ring);
  }
}
