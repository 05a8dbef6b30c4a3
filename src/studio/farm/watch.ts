/**
 * A farm, as it is looked at for all pages together: once a second while there is one. What a look costs Redis depends on what is drawn at the
 * time, and neither on how many jobs there are nor on how many look on.
 */
import { messageOf } from '../../errors.js';
import type { FarmQueue, State } from '../../farm/queue/farm-queue.js';
import { statusOf } from '../../farm/status.js';
import { oneLine } from '../../one-line.js';
import { Bell } from '../news.js';
import { type FarmFacts, type JobFacts, jobFacts, workerFacts } from './facts.js';
import { Pace } from './pace.js';

/** How many jobs are shown in each state, and how many workers. */
export const mostShown = 48;

/** How many looks what is known of jobs that stay where they are lasts: they may have been away for less than a look. */
const lasting = 10;

/** Milliseconds from one look to the next, and without an answer until pages are told. */
const usual = { every: 1000, patience: 3000 };

const states = ['active', 'waiting', 'failed', 'done'] as const satisfies readonly State[];

export class FarmWatch {
  readonly bell = new Bell();
  /** A field is the same object for as long as it says the same. */
  facts: Partial<FarmFacts> = {};
  /** Of each state, what was last known of the jobs in it. */
  readonly #known = new Map<State, ReadonlyMap<string, JobFacts>>();
  readonly #pace = new Pace();
  #looking: Promise<void> | undefined;
  #looks = 0;
  #isClosed = false;
  readonly #timer: NodeJS.Timeout;
  readonly #patience: number;

  constructor(
    private readonly queue: FarmQueue,
    private readonly store: string,
    { every, patience } = usual,
  ) {
    this.#patience = patience;
    this.#timer = setInterval(() => {
      if (this.bell.listeners > 0) void this.look();
    }, every);
  }

  /** To be called before somebody begins to listen: what was known before the last one left is old. */
  open(): void {
    if (this.bell.listeners > 0) return;
    this.facts = {};
    void this.look();
  }

  /** Looks anew. Whoever asks for that meanwhile shares it. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { label } = this.queue;
    const late = setTimeout(() => {
      this.#take({ trouble: `${label} does not answer; what is shown is old until it does` });
    }, this.#patience);
    try {
      this.#take({ ...(await this.#gather()), trouble: null });
    } catch (error) {
      this.#take({ trouble: `${label} can't be read: ${oneLine(messageOf(error))}` });
    } finally {
      clearTimeout(late);
    }
  }

  async #gather(): Promise<Omit<FarmFacts, 'trouble'>> {
    const { queue } = this;
    if (this.#looks++ % lasting === 0) this.#known.clear();
    const [{ workers, ...status }, pace, [active, waiting, failed, done]] = await Promise.all([
      statusOf(queue),
      this.#pace.look(queue),
      Promise.all(states.map((state) => this.#jobs(state))) as Promise<JobFacts[][]>,
    ]);
    const shown = workers.map(workerFacts).toSorted((one, other) => one.name.localeCompare(other.name));
    const names = new Map(shown.map(({ id, name }) => [id, name]));
    const holders = new Map(workers.flatMap(({ id, jobs }) => jobs.map((job) => [job, id])));
    const heldBy = (job: string) => {
      const worker = holders.get(job);
      return { worker, by: worker && names.get(worker) };
    };
    const isUnserved = ({ need: { provider, memory } }: JobFacts): boolean =>
      status.unserved.some((need) => need.provider === provider && need.memory === memory);
    return {
      places: { queue: queue.label, store: this.store },
      ...{ status, pace, failed: failed!, done: done! },
      workers: { count: workers.length, first: shown.slice(0, mostShown) },
      active: active!.map((job) => ({ ...job, ...heldBy(job.id) })),
      waiting: waiting!.map((job) => ({ ...job, isUnserved: isUnserved(job) })),
    };
  }

  /** Jobs that are drawn or wait, those that are so longest first; of those that are over the latest. */
  async #jobs(state: State): Promise<JobFacts[]> {
    const isOver = state === 'failed' || state === 'done';
    const places = await this.queue.places(state, mostShown, isOver ? 'latest' : 'first');
    // Only of what is drawn there is something new as long as it stays where it is.
    const before = state === 'active' ? undefined : this.#known.get(state);
    const read = await this.queue.read(places.filter(({ id }) => !before?.has(id)));
    const known = new Map([...(before ?? []), ...read.map((job) => [job.id, jobFacts(job)] as const)]);
    const jobs = places.flatMap(({ id }) => known.get(id) ?? []);
    this.#known.set(state, new Map(jobs.map((job) => [job.id, job])));
    const rank = ({ added, begun = 0, over = 0 }: JobFacts): number =>
      isOver ? -over : state === 'active' ? begun : added;
    return jobs.toSorted((one, other) => rank(one) - rank(other)).slice(0, mostShown);
  }

  /** Says what is new. */
  #take(facts: Partial<FarmFacts>): void {
    if (this.#isClosed) return;
    const isSame = (name: string, value: unknown): boolean =>
      JSON.stringify(this.facts[name as keyof FarmFacts]) === JSON.stringify(value);
    const changed = Object.entries(facts).filter(([name, value]) => !isSame(name, value));
    if (changed.length === 0) return;
    this.facts = { ...this.facts, ...Object.fromEntries(changed) };
    this.bell.ring();
  }
}

/** @returns what gathers all that is new since it was called last. */
export function gatherer(watch: Pick<FarmWatch, 'facts'>): () => Partial<FarmFacts> | undefined {
  let told: Partial<FarmFacts> = {};
  return () => {
    const news = Object.entries(watch.facts).filter(([name, value]) => told[name as keyof FarmFacts] !== value);
    told = watch.facts;
    return news.length === 0 ? undefined : Object.fromEntries(news);
  };
}
