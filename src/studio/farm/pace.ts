/** How many drawings were done in each of the last minutes. Redis is asked of those alone that may have changed. */
import type { FarmQueue } from '../../farm/queue/farm-queue.js';

/** How many minutes are looked back at. */
export const minutes = 30;

/** Milliseconds. */
const minute = 60_000;

export class Pace {
  readonly #done = new Map<number, number>();
  /** The minute of the last look. */
  #looked = 0;

  /** @param now milliseconds since 1970. */
  async look(queue: Pick<FarmQueue, 'doneBetween'>, now = Date.now()): Promise<number[]> {
    const current = Math.floor(now / minute);
    const wanted = Array.from({ length: minutes }, (_, i) => current - minutes + 1 + i);
    await Promise.all(
      wanted
        // That of the last look was not over; and the one before, because clocks of workers differ a little.
        .filter((one) => one >= this.#looked - 1 || !this.#done.has(one))
        .map(async (one) => void this.#done.set(one, await queue.doneBetween(one * minute, (one + 1) * minute))),
    );
    this.#looked = current;
    for (const one of this.#done.keys()) if (one < wanted[0]!) this.#done.delete(one);
    return wanted.map((one) => this.#done.get(one)!);
  }
}
