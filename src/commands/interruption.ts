/** What ends the work early: Ctrl-C, a signal to terminate, a terminal that is closed. */
import { setTimeout as wait } from 'node:timers/promises';
import { discardUnfinished } from '../files/unfinished.js';
import { endChildren } from '../processes.js';
import { endThreads } from '../runtime/threads.js';

/** Milliseconds that programs and threads have to end in, once the process is to end. */
const patience = 500;

/** The exit code of what was interrupted, by whichever signal: that of a shell for Ctrl-C. */
export const interrupted = 130;

/** The work that says what Ctrl-C does to it. */
let current: Interruption | undefined;
/** Whether all is written: then signals bring the end no nearer than it is. */
let isFinished = false;
let isEnding = false;

/** Listens until the process is gone: without work that says otherwise a signal ends it, with nothing half-written. */
export function listenToSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => current?.interrupt() || end());
  process.on('SIGHUP', end);
  // Left to itself Node gives the signals back before it is gone, and would be killed by one.
  process.on('beforeExit', () => process.exit());
}

/** Work that Ctrl-C, or SIGTERM, can bring to an end of its own. */
export class Interruption {
  readonly #controller = new AbortController();

  /**
   * Is asked until it is released.
   * @param finish says what the first Ctrl-C has brought to its end; false where there is nothing yet that could be, and the
   *   process ends at once.
   * @param stop is called when the process is about to end.
   */
  constructor(
    private readonly finish: () => boolean,
    readonly stop: () => void = () => {},
  ) {
    current = this;
  }

  /** Aborted by the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the process is about to end: nothing that fails now need be told. */
  get isEnding(): boolean {
    return isEnding;
  }

  /** Ctrl-C, or SIGTERM. @returns whether the work comes to an end of its own. */
  interrupt(): boolean {
    if (isFinished || this.signal.aborted || !this.finish()) return false;
    this.#controller.abort();
    return true;
  }

  /** All is written. What comes now interrupts nothing. */
  finished(): void {
    isFinished = true;
  }

  /** Does not resolve where the process is about to end. */
  async release(): Promise<void> {
    if (isEnding) await new Promise(() => {});
    current = undefined;
  }
}

/**
 * Ends the process within a second, with nothing half-written and no program left behind. With the exit code for what was
 * interrupted, where the threads end in time; else by SIGINT, for which a shell shows the same: process.exit() would wait for a
 * thread that is in an iteration, and onnxruntime-node aborts when it is stopped in one.
 */
async function end(): Promise<void> {
  if (isFinished) {
    // By itself; unless whoever reads stdout does not take what is left.
    setTimeout(() => process.exit(), patience).unref();
    return;
  }
  if (isEnding) return;
  isEnding = true;
  current?.stop();
  const over = Promise.all([endChildren(), endThreads()]);
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
