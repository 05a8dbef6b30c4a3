/** Threads that draw one photo after the other, and keep what drawings have in common. */
import type { Worker } from 'node:worker_threads';
import type { NetworkKey } from '../../networks/index.js';
import { endThread } from '../../runtime/threads.js';

/** A thread that has drawn. */
export interface IdleThread {
  readonly worker: Worker;
  /** The network that it has. */
  readonly network: NetworkKey;
}

export interface ThreadPoolOptions {
  /** Milliseconds after which a thread that nobody wants ends, to give its memory back. Default: it does not. */
  readonly patience?: number | undefined;
}

/**
 * Holds a thread that has finished a drawing, with the network's weights, transformed kernels and sessions that it has, until the next drawing
 * takes it: that one finds what it has in common with the one before, and draws the same to the bit. Drawings at the same time have a thread
 * each, of which one is held in the end. To be closed, or the process does not end.
 */
export class ThreadPool {
  #idle: IdleThread | undefined;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ThreadPoolOptions = {}) {}

  /** The thread that is held, for whoever gives it back; undefined where there is none. */
  take(): IdleThread | undefined {
    clearTimeout(this.#timer);
    const idle = this.#idle;
    this.#idle = undefined;
    return idle;
  }

  /** A thread whose drawing is over: it is held, or ends. */
  async give(thread: IdleThread): Promise<void> {
    if (this.#isClosed || this.#idle) return endThread(thread.worker);
    this.#idle = thread;
    const { patience } = this.options;
    if (patience !== undefined) this.#timer = setTimeout(() => void this.#end(), patience);
  }

  /** Ends the thread that is held, and those that are given from now on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const idle = this.take();
    if (idle) await endThread(idle.worker);
  }
}
