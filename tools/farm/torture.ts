/**
 * A farm under attack: workers are killed while they draw and replaced, and Redis is restarted on the way. In the end each drawing is to be there
 * once, to the byte what it is without a queue, and nothing is to be left of the work.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { addPhotos } from '../../src/farm/adding.js';
import { FarmQueue } from '../../src/farm/queue/farm-queue.js';
import { openStore } from '../../src/farm/store/open.js';
import { keys } from '../../src/farm/store/store.js';
import { runJob, ThreadPool } from '../../src/jobs/job.js';
import { Random } from '../attack/random.js';
import { RedisServer } from './redis-server.js';
import { smallPhotos, twoIterations } from './small.js';

export interface TortureOptions {
  /** An empty folder for all of it. */
  readonly folder: string;
  readonly jobs: number;
  readonly workers: number;
  readonly seed: number;
  /** Whether a worker is to be killed now. @param done jobs so far. @param kills of workers so far. */
  readonly killsNow: (done: number, kills: number) => boolean;
  /** Whether Redis is to be restarted now, once. */
  readonly restartsNow: (done: number) => boolean;
  /** Milliseconds that it may take. */
  readonly patience: number;
  readonly say?: (text: string) => void;
}

export interface TortureResult {
  readonly kills: number;
  /** How many jobs were set aside, because three of the workers that were killed happened to have them, and done again. */
  readonly setAside: number;
  readonly seconds: number;
  /** What is wrong; empty where nothing is. */
  readonly faults: readonly string[];
}

const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

/** What a drawing is the same with to the bit, with a queue and without. */
const fixed = { weights: 'contour', threads: 1, memory: 2 ** 28, size: 16 };

export async function tortureFarm(options: TortureOptions): Promise<TortureResult> {
  const { folder, jobs, seed, say = () => {} } = options;
  const places = { redis: join(folder, 'redis'), photos: join(folder, 'photos'), store: join(folder, 'store') };
  for (const path of Object.values(places)) mkdirSync(path, { recursive: true });
  const presetFile = twoIterations(folder);
  const photos = await smallPhotos(places.photos, jobs, seed);
  const server = await RedisServer.start(places.redis);
  const store = await openStore(String(pathToFileURL(places.store)));
  const queue = await FarmQueue.open(server.url);
  const began = performance.now();
  try {
    const ids = new Map<string, string>();
    const drawn = { ...fixed, preset: presetFile, style: [], provider: 'cpu', outputs: ['still'] as const, hold: 0 };
    for await (const added of addPhotos(photos, drawn, { store, queue })) {
      if ('error' in added) throw added.error;
      ids.set(added.id, added.photo);
    }
    const { kills, setAside } = await attack(options, server, queue, places.store);
    const seconds = (performance.now() - began) / 1000;
    say(`${jobs} jobs in ${seconds.toFixed(0)} s, ${kills} workers killed, ${setAside} jobs set aside on the way`);
    const faults = await faultsOf({ ids, queue, store: places.store, presetFile, folder });
    return { kills, setAside, seconds, faults };
  } finally {
    await queue.close();
    store.close();
    await server.stop();
  }
}

/** Has workers do all jobs, and kills them. */
async function attack(
  options: TortureOptions,
  server: RedisServer,
  queue: FarmQueue,
  store: string,
): Promise<Pick<TortureResult, 'kills' | 'setAside'>> {
  const { jobs, workers, seed, killsNow, restartsNow, patience, say = () => {} } = options;
  const random = new Random(seed, -1);
  const places = ['--queue', server.url, '--store', String(pathToFileURL(store))];
  const begin = (): ChildProcess =>
    spawn(process.execPath, [cli, 'farm', 'work', ...places, '--lease', '2', '--memory', '512M', '--quiet'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const running = Array.from({ length: workers }, begin);
  let [kills, setAside, isRestarted] = [0, 0, false];
  const until = performance.now() + patience;
  try {
    for (;;) {
      const { waiting, active, done, failed } = await countsOf(queue);
      for (const job of await queue.list(['failed'], jobs)) {
        await queue.retry(job);
        setAside++;
      }
      if (waiting + active + failed === 0) return { kills, setAside };
      if (performance.now() > until) throw new Error(`${waiting} wait and ${active} are active after ${patience} ms`);
      if (!isRestarted && restartsNow(done)) {
        isRestarted = true;
        await server.restart();
        say(`Redis restarted after ${done} jobs`);
      }
      // One that begins while there is no Redis ends at once: whatever looks after workers begins it again.
      for (const [i, child] of running.entries()) if (!isRunning(child)) running[i] = begin();
      if (killsNow(done, kills)) {
        const [victim] = running.splice(random.integer(0, running.length - 1), 1);
        const gone = once(victim!, 'exit');
        victim!.kill('SIGKILL');
        await gone;
        kills++;
        running.push(begin());
      }
      await wait(100);
    }
  } finally {
    const left = running.filter(isRunning);
    const gone = left.map((child) => once(child, 'exit'));
    for (const child of left) child.kill('SIGTERM');
    await Promise.all(gone);
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

async function countsOf(queue: FarmQueue): Promise<Record<'waiting' | 'active' | 'done' | 'failed', number>> {
  const sums = { waiting: 0, active: 0, done: 0, failed: 0 };
  for (const { jobs } of await queue.counts()) {
    for (const state of Object.keys(sums) as (keyof typeof sums)[]) sums[state] += jobs[state];
  }
  return sums;
}

interface Outcome {
  /** Photos by the ids of their jobs. */
  readonly ids: ReadonlyMap<string, string>;
  readonly queue: FarmQueue;
  readonly store: string;
  readonly presetFile: string;
  readonly folder: string;
}

async function faultsOf({ ids, queue, store, presetFile, folder }: Outcome): Promise<string[]> {
  const faults: string[] = [];
  const expected = { waiting: 0, active: 0, done: ids.size, failed: 0 };
  const counts = await countsOf(queue);
  if (JSON.stringify(counts) !== JSON.stringify(expected)) faults.push(`the queue has ${JSON.stringify(counts)}`);
  const there = readdirSync(join(store, 'drawings'));
  if (there.length !== ids.size) faults.push(`${there.length} drawings, and not ${ids.size}`);
  const checkpoints = readdirSync(join(store, 'checkpoints'));
  if (checkpoints.length > 0) faults.push(`${checkpoints.length} checkpoints are left`);
  const pool = new ThreadPool();
  const still = join(folder, 'alone.png');
  for (const [id, photo] of ids) {
    const job = { ...fixed, photo, preset: presetFile, style: [], provider: 'cpu', outputs: { still }, hold: 0 };
    for await (const _ of runJob({ ...job, overwrite: true }, undefined, pool)) {
      // Until it is drawn.
    }
    const path = join(store, keys.drawing(id, 'still.png'));
    if (!readFileSync(path).equals(readFileSync(still))) faults.push(`${id} is another picture`);
  }
  await pool.close();
  return faults;
}
