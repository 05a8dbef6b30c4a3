/** Long work in one go or with pauses, in which the thread hears of signals and streams: it is a generator that yields where it may wait. */
import { setImmediate as otherWork } from 'node:timers/promises';

/** Does it in one go. */
export function atOnce<T>(work: Generator<void, T, void>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does it with pauses. */
export async function withPauses<T>(work: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await otherWork();
  }
}
