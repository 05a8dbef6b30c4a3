/** The thread that draws, seen from the one that asked for it. */
import { on } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { isSameNetwork, networkKey } from '../../networks/index.js';
import { asError, endThread } from '../../runtime/threads.js';
import type { FrameMessage, FromWorker, Place, StartMessage, ToWorker, WorkerInput } from './messages.js';
import type { IdleThread, ThreadPool } from './pool.js';
import { takeWorker } from './workers.js';

export type { ThreadPool };

export class DrawingThread {
  readonly #thread: IdleThread;
  readonly #messages: NodeJS.AsyncIterator<[FromWorker]>;
  /** Whether the thread is there for another drawing when this one is over: after a failure it ends. */
  readonly #over: Promise<boolean>;

  /**
   * Takes a thread that is waiting, or starts one. It loads the weights and waits for a place.
   * @param pool where the thread comes from, and goes when the drawing is over. Left out: it ends then.
   */
  constructor(
    input: WorkerInput,
    private readonly pool?: ThreadPool,
  ) {
    const { model, weights, ...begun } = input;
    const { worker, network: before = [] } = pool?.take() ?? { worker: takeWorker() };
    const network = networkKey(model, weights, input.layers);
    this.#thread = { worker, network };
    // Listened to from the start, or what the thread says before somebody asks would be lost.
    this.#messages = on(worker, 'message', { close: ['exit'] }) as NodeJS.AsyncIterator<[FromWorker]>;
    this.#over = saysOver(worker);
    const given = isSameNetwork(network, before) ? undefined : { model, weights };
    this.#tell({ kind: 'begin', ...begun, network: given, isKept: pool !== undefined });
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
      if (message.kind === 'over') return;
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

  /** Ends the drawing, and the thread where it has no pool. */
  async end(): Promise<void> {
    this.stop();
    const isOver = await this.#over;
    await this.#messages.return?.();
    if (isOver) await (this.pool ? this.pool.give(this.#thread) : endThread(this.#thread.worker));
  }

  #tell(message: ToWorker): void {
    this.#thread.worker.postMessage(message);
  }
}

/** Whether a thread says that its drawing is over, before it ends. */
function saysOver(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isOver: boolean): void => {
      worker.off('message', hear).off('exit', leave);
      resolve(isOver);
    };
    const hear = ({ kind }: FromWorker) => kind === 'over' && settle(true);
    const leave = () => settle(false);
    worker.on('message', hear).on('exit', leave);
  });
}
