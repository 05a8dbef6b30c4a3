/** Random numbers from a seed: the same case every time, whatever was drawn before it. */
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Random {
  readonly #generator;

  /** A sequence of its own for every list of `keys`: a campaign's seed, a family, a case's number. */
  constructor(...keys: readonly (string | number)[]) {
    this.#generator = xoroshiro128plus(createHash('sha256').update(keys.join('\n')).digest().readInt32LE());
  }

  /** A whole number from `least` to `greatest`, both included. */
  integer(least: number, greatest: number): number {
    return uniformInt(this.#generator, least, greatest);
  }

  /** A number from `least` up to `greatest`. */
  number(least: number, greatest: number): number {
    return least + (greatest - least) * uniformFloat64(this.#generator);
  }

  chance(probability: number): boolean {
    return uniformFloat64(this.#generator) < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.integer(0, from.length - 1)]!;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.integer(0, 255)));
  }
}
