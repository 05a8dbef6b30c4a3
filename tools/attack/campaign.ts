/** The campaign: which cases are done in which order, and what came of them. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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

/** Does it. `onFailure` is told at once. */
export async function runCampaign(plan: Plan, onFailure: (failure: Failure) => void): Promise<Report> {
  const started = performance.now();
  const tallies = plan.families.map(
    (family): Tally => ({
      ...{ family, skipped: family.obstacle?.(), cases: 0, signals: 0 },
      ...{ ends: new Map(), failures: [], seconds: 0, peakBytes: 0 },
    }),
  );
  for (const { family, skipped } of tallies) if (skipped === undefined) await family.open?.();
  const queue = new Queue(plan, tallies);
  // The last ones count, because a machine is slow at times.
  const lately: number[] = [];
  const slowness = () => Math.max(1, ...lately.slice(0, 4));
  let worst = 1;
  const measure = (seconds: number) => {
    lately.unshift(seconds / plainSeconds);
    worst = Math.max(worst, slowness());
  };
  const groundOf = (name: string): Ground => ({
    ...{ cli: plan.cli, folder: join(plan.root, name), mark: `${process.pid}-${name}`, slowness },
  });
  const isTime = () => performance.now() - started < plan.minutes * 60_000;
  let computing = plan.jobs;

  const work = async (waits: boolean): Promise<void> => {
    const reader = new Reader(slowness);
    for (;;) {
      const next = isTime() ? queue.take(waits) : undefined;
      if (!next) {
        // What is to wait comes from those who compute.
        if (!waits || !isTime() || (computing === 0 && !queue.hasWaiting)) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      const { tally, number, one } = next;
      const name = `${tally.family.name}-${number}`;
      const ground = groundOf(name);
      const verdict = await runCase(one, ground, reader, plan.keep).catch(ownFault);
      count(tally, verdict, one);
      if (one.measures) measure(verdict.seconds);
      if (verdict.broken.length === 0) continue;
      const failure = {
        family: tally.family.name,
        number,
        what: one.what,
        broken: verdict.broken,
        folder: ground.folder,
      };
      tally.failures.push(failure);
      onFailure(failure);
    }
    if (!waits) computing--;
    await reader.end();
  };
  mkdirSync(plan.root, { recursive: true });
  if (plan.calibration) measure((await runCase(plan.calibration, groundOf('first'), new Reader(slowness))).seconds);
  const places = Array.from({ length: plan.jobs }, () => [work(false), work(true)]).flat();
  await Promise.all(places);
  for (const { family, skipped } of tallies) if (skipped === undefined) await family.close?.();
  if (!plan.keep && tallies.every(({ failures }) => failures.length === 0))
    rmSync(plan.root, { recursive: true, force: true });
  return { tallies, seconds: (performance.now() - started) / 1000, slowness: worst };
}

function count(tally: Tally, { ended, signals, seconds, peakBytes }: Verdict, { read }: Case): void {
  tally.cases++;
  tally.signals += signals;
  tally.seconds = Math.max(tally.seconds, seconds);
  tally.peakBytes = Math.max(tally.peakBytes, peakBytes);
  const ends = read ? ['read'] : ended.map(({ code, signal }) => String(code ?? signal));
  for (const end of ends) tally.ends.set(end, (tally.ends.get(end) ?? 0) + 1);
}

/** How often a promise was broken. */
export const brokenOf = ({ failures }: Tally, promised: Promised): number =>
  failures.filter(({ broken }) => broken.some((one) => one.promised === promised)).length;
