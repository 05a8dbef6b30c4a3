/** The threads of drawings themselves: how they start. */
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../runtime/threads.js';
import type { ToWorker } from './messages.js';

/** A thread that nobody has asked for yet. */
let waiting: Worker | undefined;

/** Starts a thread for the next drawing, so that it loads what it needs while there is other work. */
export function startWaiting(): void {
  waiting ??= startWorker();
}

/** Ends the thread that {@link startWaiting} has started, where no drawing has taken it. */
export function endWaiting(): void {
  waiting?.postMessage({ kind: 'end' } satisfies ToWorker);
  waiting = undefined;
}

/** The thread that is waiting, or a new one. */
export function takeWorker(): Worker {
  const worker = waiting ?? startWorker();
  waiting = undefined;
  return worker;
}

const startWorker = (): Worker => startThread(new URL('./worker.js', import.meta.url));
