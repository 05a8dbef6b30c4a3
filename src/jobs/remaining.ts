/** How long a drawing still takes: what is known of the work of each iteration, and how long the work that is done has taken. */
import { workDone } from '../drawing/compute/pace.js';
import type { Frame } from '../drawing/frame.js';

/** What an iteration weighs beside the one after it: the machine may have more or less to do besides than it had. */
const fading = 0.95;

export class Remaining {
  #work: readonly number[] = [];
  #started = 0;
  /** Iterations that there were before: a drawing may go on. */
  #before = 0;
  /** The iteration that was shown last, and when it was done. */
  #latest = { index: 0, time: 0 };
  /** Seconds that the iterations so far have taken, and their work, with less weight the longer they are ago. */
  readonly #pace = { seconds: 0, work: 0 };

  /** @param exact as it is asked for. */
  constructor(private readonly exact: boolean) {}

  /** An iteration is done. Harmless for one that was told before, or for none. */
  add({ iteration, index, drawing }: Frame): void {
    if (!iteration) return;
    const now = performance.now();
    if (this.#work.length === 0) {
      const isDirect = this.exact || drawing.provider !== 'cpu';
      this.#work = workDone(drawing.preset, drawing, isDirect, drawing.network !== undefined);
      this.#started = now - iteration.ms;
      this.#before = index - 1;
      this.#latest = { index: this.#before, time: this.#started };
    }
    if (this.#latest.index === index) return;
    this.#pace.seconds = fading * this.#pace.seconds + (now - this.#latest.time) / 1000;
    this.#pace.work = fading * this.#pace.work + this.#work[index]! - this.#work[this.#latest.index]!;
    this.#latest = { index, time: now };
  }

  /** Nothing was done for so many milliseconds: they are no one's work. */
  skip(ms: number): void {
    this.#started += ms;
    this.#latest = { ...this.#latest, time: this.#latest.time + ms };
  }

  /** Seconds that are left; 0 before the first iteration is done. */
  get seconds(): number {
    if (this.#latest.index === 0) return 0;
    const left = this.#work.at(-1)! - this.#work[this.#latest.index]!;
    const seconds = (left * this.#pace.seconds) / this.#pace.work;
    return Math.max(0, seconds - (performance.now() - this.#latest.time) / 1000);
  }

  /** Iterations a second so far; 0 before the first is done. */
  get perSecond(): number {
    const done = this.#latest.index - this.#before;
    return done === 0 ? 0 : (1000 * done) / (this.#latest.time - this.#started);
  }
}
