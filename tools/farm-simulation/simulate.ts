/**
 * A farm in time that is only counted: workers take jobs one at a time from a queue on one Redis, some are slow, some die. Event by event, from a
 * seed, so that the same farm has the same end.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import TinyQueue from 'tinyqueue';

export interface SimulatedFarm {
  readonly workers: number;
  readonly jobs: number;
  /** Seconds that jobs take on a usual worker: each is one of these, by chance. */
  readonly seconds: readonly number[];
  /** Workers that take so many times as long; the share is of all workers, 0 to 1. */
  readonly stragglers?: { readonly share: number; readonly factor: number };
  readonly deaths?: {
    /** The chance that a worker dies of a job, at any moment of it, 0 to 1. */
    readonly chance: number;
    /** Seconds until its job is given to another one. */
    readonly lease: number;
    /** Seconds of drawing at most that lie behind the last checkpoint, and are lost. */
    readonly lost: number;
    /** Seconds until there is another worker in its place. */
    readonly restart: number;
  };
  readonly redis?: {
    /** Seconds that Redis computes for a job, half of it before the job is drawn and half after. It does one thing at a time. */
    readonly perJob: number;
    /** Seconds that it computes in a second for each worker beside: for signs of life and progress. */
    readonly perWorker: number;
  };
  readonly seed: number;
}

export interface SimulatedEnd {
  /** Until the last job is done. */
  readonly seconds: number;
  readonly jobsPerSecond: number;
  readonly deaths: number;
  /** The share of the time that Redis is busy, 0 to 1. */
  readonly redisBusy: number;
}

type Event = { readonly at: number; readonly order: number; readonly happen: () => void };

/** @throws Error where Redis has no time for jobs at all. */
export function simulate(farm: SimulatedFarm): SimulatedEnd {
  const { workers, jobs, seconds, stragglers, deaths, seed } = farm;
  const redis = farm.redis ?? { perJob: 0, perWorker: 0 };
  const random = xoroshiro128plus(seed);
  const chance = () => uniformFloat64(random);
  const beside = redis.perWorker * workers;
  if (beside >= 1) throw new Error('Redis is busy with signs of life alone');
  const events = new TinyQueue<Event>([], (one, other) => one.at - other.at || one.order - other.order);
  let [now, order, redisFree, redisWork, done, died] = [0, 0, 0, 0, 0, 0];
  const after = (wait: number, happen: () => void): void => events.push({ at: now + wait, order: order++, happen });

  /** What is left to draw of each job, on a usual worker. */
  const waiting = Array.from({ length: jobs }, () => seconds[Math.floor(chance() * seconds.length)]!);
  const idle: number[] = [];
  const slow = Math.round((stragglers?.share ?? 0) * workers);
  const paceOf = (worker: number) => (worker < slow ? stragglers!.factor : 1);

  /** Has Redis do half of what a job takes there, when it has done what was asked before. */
  const ask = (then: () => void): void => {
    const took = redis.perJob / 2 / (1 - beside);
    redisFree = Math.max(redisFree, now) + took;
    redisWork += redis.perJob / 2;
    after(redisFree - now, then);
  };
  const work = (worker: number): void => {
    const left = waiting.shift();
    if (left === undefined) {
      idle.push(worker);
      return;
    }
    ask(() => draw(worker, left));
  };
  const draw = (worker: number, left: number): void => {
    const pace = paceOf(worker);
    if (deaths && chance() < deaths.chance) {
      const drawn = chance() * left;
      const kept = Math.max(0, drawn - (chance() * deaths.lost) / pace);
      died++;
      after(drawn * pace, () => {
        after(deaths.lease, () => give(left - kept));
        after(deaths.restart, () => work(worker));
      });
      return;
    }
    after(left * pace, () =>
      ask(() => {
        done++;
        work(worker);
      }),
    );
  };
  const give = (left: number): void => {
    waiting.push(left);
    const worker = idle.shift();
    if (worker !== undefined) work(worker);
  };

  for (let worker = 0; worker < workers; worker++) work(worker);
  while (done < jobs) {
    const event = events.pop()!;
    now = event.at;
    event.happen();
  }
  return {
    seconds: now,
    jobsPerSecond: now === 0 ? Number.POSITIVE_INFINITY : jobs / now,
    deaths: died,
    redisBusy: now === 0 ? 0 : Math.min(1, redisWork / now + beside),
  };
}
