/** The campaign: which cases are done in which order, and what came of them. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Broken, Case, Draw, Family, Promised } from './case.js';
import type { Ground } from './program.js';
import { Random } from './random.js';
import { Reader } from './reading.js';
import { runCase, type Verdict } from './runner.js';

export interface Plan {
  readonly families: readonly Family[];
  readonly seed: number;
  /** No case begins after so many minutes. */
  readonly minutes: number;
  /** No more cases than that. */
  readonly cases: number;
  /** Cases at once; those that mostly wait have as many places besides. */
  readonly jobs: number;
  /** A folder of the campaign's own. */
  readonly root: string;
  readonly cli: string;
  /** A drawing with nothing wrong about it, done first, to see how slow the machine is; none: it is not slow. */
  readonly calibration?: Case;
  /** The only case that is done, of the only family. */
  readonly only?: number | undefined;
  /** Folders stay. */
  readonly keep: boolean;
}

export interface Failure {
  readonly family: string;
  readonly number: number;
  readonly what: string;
  readonly broken: readonly Broken[];
  readonly folder: string;
}

/** What came of a family's cases. */
export interface Tally {
  readonly family: Family;
  /** Why it was not done. */
  readonly skipped: string | undefined;
  cases: number;
  signals: number;
  /** Exit codes of runs, with signals under their names; what the library read is `read` or `refused`. */
  readonly ends: Map<string, number>;
  readonly failures: Failure[];
  seconds: number;
  peakBytes: number;
}

export interface Report {
  readonly tallies: readonly Tally[];
  readonly seconds: number;
  /** How many times slower than it should be the machine was, at the worst. */
  readonly slowness: number;
}

/** The seconds of a plain drawing beside another one, on a machine that is not slow. */
const plainSeconds = 0.8;

/** Cases by the order in which they come, to be taken from several places at once. */
class Queue {
  readonly #waiting: Next[] = [];
  readonly #families: Line[] = [];

  constructor(
    private readonly plan: Plan,
    tallies: readonly Tally[],
  ) {
    for (const tally of tallies) if (tally.skipped === undefined) this.#families.push(new Line(tally, plan));
  }

  /** The next case for a place where cases compute, or where they wait. */
  take(waits: boolean): Next | undefined {
    if (waits) return this.#waiting.shift();
    for (;;) {
      const next = this.#draw();
      if (!next?.one.waits) return next;
      this.#waiting.push(next);
    }
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Of the family that is most behind its share. */
  #draw(): Next | undefined {
    const { cases, only } = this.plan;
    const drawn = this.#families.reduce((sum, line) => sum + line.drawn, 0);
    if (drawn >= (only === undefined ? cases : 1)) return undefined;
    const behind = (line: Line) => (line.drawn + 0.5) / line.tally.family.share;
    return this.#families.toSorted((a, b) => behind(a) - behind(b))[0]?.next();
  }
}

/** A family's cases in their order: known ones, by turns with new ones, so that a short campaign has some of both. */
class Line {
  readonly #known: readonly Draw[];
  readonly #order: number[];
  drawn = 0;

  constructor(
    readonly tally: Tally,
    private readonly plan: Plan,
  ) {
    this.#known = tally.family.known();
    // Another order for every seed, or a short campaign would always do the same ones.
    const random = new Random(plan.seed, tally.family.name, 'order');
    this.#order = [...this.#known.keys()];
    for (let i = this.#order.length - 1; i > 0; i--) {
      const j = random.integer(0, i);
      [this.#order[i], this.#order[j]] = [this.#order[j]!, this.#order[i]!];
    }
  }

  next(): Next {
    const known = Math.ceil(this.drawn / 2);
    const isKnown = this.drawn % 2 === 0 && known < this.#order.length;
    const fresh = this.drawn - Math.min(known, this.#order.length);
    const number = this.plan.only ?? (isKnown ? this.#order[known]! : this.#order.length + fresh);
    this.drawn++;
    return { tally: this.tally, number, one: caseOf(this.tally.family, this.#known, this.plan.seed, number) };
  }
}

interface Next {
  readonly tally: Tally;
  readonly number: number;
  readonly one: Case;
}

/** A case by its number: the same one for the same seed, whatever else is done. */
export function caseOf(family: Family, known: readonly Draw[], seed: number, number: number): Case {
  const random = new Random(seed, family.name, number);
  return (known[number] ?? family.draw)(random);
}

/** The campaign could not do a case: nothing is known of the program, and somebody has to look. */
function ownFault(error: unknown): Verdict {
  const seen = `the campaign itself failed: ${error instanceof Error ? error.stack : error}`;
  return { broken: [{ promised: 'exit code', seen }], seconds: 0, peakBytes: 0, ended: [], signals: 0 };
}

/** How slow the machine is: the last drawings with nothing wrong about them tell, because it is slow at times. */
class Pace {
  readonly #lately: number[] = [];
  #worst = 1;

  /** How many times longer everything takes than on a machine of its own, 1 at the least. */
  readonly slowness = (): number => Math.max(1, ...this.#lately.slice(0, 4));

  /** The most that it has been. */
  get worst(): number {
    return this.#worst;
  }

  /** @param seconds what a plain drawing has taken. */
  measure(seconds: number): void {
    this.#lately.unshift(seconds / plainSeconds);
    this.#worst = Math.max(this.#worst, this.slowness());
  }
}

/** Does it. `onFailure` is told at once. */
export async function runCampaign(plan: Plan, onFailure: (failure: Failure) => void): Promise<Report> {
  const started = performance.now();
  const { families, jobs, root, keep } = plan;
  const tallies = families.map(tallyOf);
  const done = tallies.filter(({ skipped }) => skipped === undefined);
  for (const { family } of done) await family.open?.();
  const queue = new Queue(plan, tallies);
  const pace = new Pace();
  const isTime = () => performance.now() - started < plan.minutes * 60_000;
  let computing = jobs;

  const doCase = async (name: string, one: Case, reader: Reader): Promise<Verdict> => {
    const ground: Ground = {
      cli: plan.cli,
      folder: join(root, name),
      mark: `${process.pid}-${name}`,
      slowness: pace.slowness,
    };
    const verdict = await runCase(one, ground, reader, keep).catch(ownFault);
    if (one.measures) pace.measure(verdict.seconds);
    return verdict;
  };
  const work = async (waits: boolean): Promise<void> => {
    const reader = new Reader(pace.slowness);
    while (isTime()) {
      const next = queue.take(waits);
      if (next) {
        const { tally, number, one } = next;
        const name = `${tally.family.name}-${number}`;
        const verdict = await doCase(name, one, reader);
        const failure = count(tally, number, one, verdict, join(root, name));
        if (failure) onFailure(failure);
      } else if (waits && (computing > 0 || queue.hasWaiting)) {
        // What is to wait comes from those who compute.
        await wait(100);
      } else break;
    }
    if (!waits) computing--;
    await reader.end();
  };
  mkdirSync(root, { recursive: true });
  if (plan.calibration) await doCase('first', plan.calibration, new Reader(pace.slowness));
  await Promise.all(Array.from({ length: jobs }, () => [work(false), work(true)]).flat());
  for (const { family } of done) await family.close?.();
  if (!keep && done.every(({ failures }) => failures.length === 0)) rmSync(root, { recursive: true, force: true });
  return { tallies, seconds: (performance.now() - started) / 1000, slowness: pace.worst };
}

const tallyOf = (family: Family): Tally => ({
  ...{ family, skipped: family.obstacle?.(), cases: 0, signals: 0 },
  ...{ ends: new Map(), failures: [], seconds: 0, peakBytes: 0 },
});

/** Adds a case to its family's tally. @returns what is to be told of it. */
function count(
  tally: Tally,
  number: number,
  { what, read }: Case,
  verdict: Verdict,
  folder: string,
): Failure | undefined {
  const { ended, signals, seconds, peakBytes, broken } = verdict;
  tally.cases++;
  tally.signals += signals;
  tally.seconds = Math.max(tally.seconds, seconds);
  tally.peakBytes = Math.max(tally.peakBytes, peakBytes);
  const ends = read ? ['read'] : ended.map(({ code, signal }) => String(code ?? signal));
  for (const end of ends) tally.ends.set(end, (tally.ends.get(end) ?? 0) + 1);
  if (broken.length === 0) return undefined;
  const failure = { family: tally.family.name, number, what, broken, folder };
  tally.failures.push(failure);
  return failure;
}

/** How often a promise was broken. */
export const brokenOf = ({ failures }: Tally, promised: Promised): number =>
  failures.filter(({ broken }) => broken.some((one) => one.promised === promised)).length;
