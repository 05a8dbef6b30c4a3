/** The thread that draws, seen from the one that asked for it. */
import { on } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { asError, startThread } from '../../runtime/threads.js';
import type { FrameMessage, FromWorker, Place, StartMessage, ToWorker, WorkerInput } from './messages.js';

/** A thread that nobody has asked for yet. */
let waiting: Worker | undefined;

/** Starts a thread for the next drawing, so that it loads what it needs while there is other work. */
export function startWaiting(): void {
  waiting ??= startWorker();
}

/** Ends the thread that {@link startWaiting} has started, where no drawing has taken it. */
export function endWaiting(): void {
  waiting?.postMessage({ kind: 'stop' } satisfies ToWorker);
  waiting = undefined;
}

const startWorker = (): Worker => startThread(new URL('./worker.js', import.meta.url));

export class DrawingThread {
  readonly #worker: Worker;
  readonly #messages: AsyncIterable<[FromWorker]>;
  readonly #ended: Promise<unknown>;

  /** Starts the thread, or takes the one that is waiting. It loads the weights and waits for a place. */
  constructor(input: WorkerInput) {
    this.#worker = waiting ?? startWorker();
    waiting = undefined;
    // Listened to from the start, or what the thread says before somebody asks would be lost.
    this.#messages = on(this.#worker, 'message', { close: ['exit'] }) as AsyncIterable<[FromWorker]>;
    this.#ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#tell({ kind: 'begin', ...input });
  }

  /** Has the thread plan, open sessions and whatever else it can do without a photo. What is wrong there, `results` says. */
  prepare(place: Place): void {
    this.#tell({ kind: 'place', ...place });
  }

  /** Begins the drawing. @param rgb the photo at the place's size, [height, width, 3]. @param styles the style pictures likewise. */
  draw(rgb: Uint8Array, styles: readonly Uint8Array[] = []): void {
    this.#tell({ kind: 'photo', rgb, styles });
  }

  /**
   * What the thread gives, until the drawing is done. It waits where frames are not taken.
   * @throws InputError or Error, what went wrong there.
   */
  async *results(): AsyncGenerator<StartMessage | FrameMessage, void, void> {
    for await (const [message] of this.#messages) {
      if (message.kind === 'done') return;
      if (message.kind === 'error') throw asError(message);
      yield message;
      if (message.kind === 'frame') this.#tell({ kind: 'taken' });
    }
    throw new Error('the drawing thread ended without a word');
  }

  /** Ends the drawing after the running iteration, whose frame still comes. */
  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    // Not by terminate(): a thread that is stopped inside onnxruntime-node 1.30, or while it loads it, takes the whole process
    // with it. It ends by itself: after the iteration that is running, or before it, once it is ready for what comes next.
    this.stop();
    await this.#ended;
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
