/** What the thread that draws has been told. */
import type { MessagePort } from 'node:worker_threads';
import type { ToWorker } from './messages.js';

type Kind = ToWorker['kind'];
type Message<K extends Kind> = Extract<ToWorker, { kind: K }>;

export class Inbox {
  readonly #told = new Map<Kind, ToWorker>();
  #underWay = 0;
  #wake = (): void => {};

  constructor(port: MessagePort) {
    port.on('message', (message: ToWorker) => {
      if (message.kind === 'taken') this.#underWay--;
      else this.#told.set(message.kind, message);
      this.#wake();
    });
  }

  /** Whether the drawing is to end. */
  get isStopped(): boolean {
    return this.#told.has('stop');
  }

  /** Waits for a message; undefined where the drawing is to end before it comes. */
  async read<K extends Exclude<Kind, 'taken' | 'stop'>>(kind: K): Promise<Message<K> | undefined> {
    await this.#until(() => this.#told.has(kind) || this.isStopped);
    return this.#told.get(kind) as Message<K> | undefined;
  }

  /** A frame is on its way to the other thread. */
  frameSent(): void {
    this.#underWay++;
  }

  /** Waits until no more than so many frames are on their way, or the drawing is to end. */
  async framesTaken(underWay: number): Promise<void> {
    await this.#until(() => this.#underWay <= underWay || this.isStopped);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
