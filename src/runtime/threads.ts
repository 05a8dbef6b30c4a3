/** Threads that compute: ONNX Runtime blocks the one it runs in, which must not be the one that encodes and listens. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { InputError, messageOf } from '../errors.js';
// A thread has a copy of the environment, so this one's has to be in order when that is made.
import './telemetry.js';

/** Those that have not ended. */
const workers = new Set<Worker>();

/**
 * What V8 may take for young objects: a quarter of what it would. Graphs are made as fast, and after planning its heap has 40 MB instead
 * of 64.
 */
const youngMegabytes = 12;

/** @param module what runs in it; it ends when it is told `{ kind: 'end' }`, what it does after the iteration that is running. */
export function startThread(module: URL): Worker {
  // Node's own options are for the program that asked: with those of `node --input-type=module -e`, no thread would start.
  const worker = new Worker(module, { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } });
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
  return worker;
}

/** Ends a thread. */
export async function endThread(worker: Worker): Promise<void> {
  if (!workers.has(worker)) return;
  // Not by terminate(): a thread that is stopped inside onnxruntime-node 1.30, or while it loads it, takes the whole process
  // with it. It ends by itself: after the iteration that is running, or before it, once it is ready for what comes next.
  const ended = once(worker, 'exit');
  worker.postMessage({ kind: 'end' });
  await ended;
}

/** Ends every thread, as {@link endThread} does. */
export async function endThreads(): Promise<void> {
  await Promise.allSettled([...workers].map(endThread));
}

/** What went wrong in a thread, as it is told. */
export interface ErrorMessage {
  readonly kind: 'error';
  /** Of an InputError: its reason. */
  readonly message: string;
  /** Of an InputError: the option that is at fault. */
  readonly field: string | undefined;
  readonly stack: string | undefined;
  /** Whether the person's input is at fault. */
  readonly isInput: boolean;
}

export function errorMessage(error: unknown): ErrorMessage {
  const stack = error instanceof Error ? error.stack : undefined;
  const isInput = error instanceof InputError;
  const { reason: message, field } = isInput ? error : { reason: messageOf(error), field: undefined };
  return { kind: 'error', message, field, stack, isInput };
}

/** What a thread has told, as an error of this one. */
export function asError({ message, field, stack, isInput }: ErrorMessage): Error {
  const error = isInput ? new InputError(message, { field }) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
