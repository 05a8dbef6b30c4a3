/** What the thread that draws has been told. */
import type { MessagePort } from 'node:worker_threads';
import type { BeginMessage, ToWorker } from './messages.js';

type Kind = ToWorker['kind'];
type Message<K extends Kind> = Extract<ToWorker, { kind: K }>;

export class Inbox {
  /** Of the drawing at hand, or of the next one. */
  readonly #told = new Map<Kind, ToWorker>();
  #isEnding = false;
  #underWay = 0;
  #wake = (): void => {};

  constructor(port: MessagePort) {
    port.on('message', (message: ToWorker) => {
      if (message.kind === 'begin') {
        // What came for the one before may have come too late for it.
        this.#told.clear();
        this.#underWay = 0;
      }
      if (message.kind === 'taken') this.#underWay--;
      else if (message.kind === 'end') this.#isEnding = true;
      else this.#told.set(message.kind, message);
      this.#wake();
    });
  }

  /** Whether the drawing is to end. */
  get isStopped(): boolean {
    return this.#isEnding || this.#told.has('stop');
  }

  /** Waits for a drawing; undefined where the thread is to end. */
  async begin(): Promise<BeginMessage | undefined> {
    await this.#until(() => this.#told.has('begin') || this.#isEnding);
    const begun = this.#told.get('begin') as BeginMessage | undefined;
    this.#told.delete('begin');
    return begun;
  }

  /** Waits for a message; undefined where the drawing is to end before it comes. */
  async read<K extends 'place' | 'photo'>(kind: K): Promise<Message<K> | undefined> {
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
