/** The threads of drawings themselves: how they start and end. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
// A thread has a copy of the environment, so this one's has to be in order when that is made.
import '../../runtime/telemetry.js';
import type { ToWorker } from './messages.js';

/** Those that have not ended. */
const workers = new Set<Worker>();

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

/**
 * What V8 may take for young objects: a quarter of what it would. Graphs are made as fast, and after planning its heap has 40 MB instead
 * of 64.
 */
const youngMegabytes = 12;

function startWorker(): Worker {
  // Node's own options are for the program that asked: with those of `node --input-type=module -e`, no thread would start.
  const resourceLimits = { maxYoungGenerationSizeMb: youngMegabytes };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [], resourceLimits });
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
  return worker;
}

/** Ends a thread, and its drawing after the running iteration. */
export async function endWorker(worker: Worker): Promise<void> {
  if (!workers.has(worker)) return;
  // Not by terminate(): a thread that is stopped inside onnxruntime-node 1.30, or while it loads it, takes the whole process
  // with it. It ends by itself: after the iteration that is running, or before it, once it is ready for what comes next.
  const ended = once(worker, 'exit');
  worker.postMessage({ kind: 'end' } satisfies ToWorker);
  await ended;
}

/** Ends every thread, as {@link endWorker} does. */
export async function endThreads(): Promise<void> {
  await Promise.allSettled([...workers].map(endWorker));
}
