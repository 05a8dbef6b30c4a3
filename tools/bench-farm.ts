/**
 * What a farm's queue costs: how many jobs are added in a second, what a job takes beside its drawing, commands that Redis has of it, and whether a worker grows.
 * Drawings with the queue and without are made in turns, in this process, and compared by their processor time too, which a busy machine blurs less.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { type AddOptions, addPhotos } from '../src/farm/adding.js';
import { FarmQueue } from '../src/farm/queue/farm-queue.js';
import { openStore } from '../src/farm/store/open.js';
import { work } from '../src/farm/worker.js';
import { runJob, ThreadPool } from '../src/jobs/job.js';
import { RedisServer } from './farm/redis-server.js';
import { smallPhotos, twoIterations } from './farm/small.js';
import { machine, median, say } from './measuring.js';

const options = await yargs(hideBin(process.argv))
  .usage('npm run bench-farm -- [options]')
  .option('photos', { type: 'number', default: 4, describe: 'Drawings of each turn' })
  .option('turns', { type: 'number', default: 3, describe: 'How often, for medians' })
  .option('size', { type: 'number', default: 256, describe: 'Longest side' })
  .option('preset', { type: 'string', default: 'pencil', describe: 'With what' })
  .option('added', { type: 'number', default: 2000, describe: 'How many small jobs are added' })
  .option('small', {
    type: 'number',
    default: 200,
    describe: 'How many small jobs a worker does while its memory is looked at',
  })
  .strict()
  .parseAsync();

const folder = mkdtempSync(join(tmpdir(), 'vggdraw-bench-farm-'));
for (const name of ['redis', 'store', 'photos', 'drawn']) mkdirSync(join(folder, name));
const server = await RedisServer.start(join(folder, 'redis'));
const address = String(pathToFileURL(join(folder, 'store')));
const store = await openStore(address);
const queue = await FarmQueue.open(server.url);
const preset = twoIterations(folder);
const usual = { weights: 'contour', style: [], provider: 'cpu', hold: 2 };

try {
  say(machine());
  await adding();
  await overhead();
  await memory();
} finally {
  await queue.close();
  await server.stop();
  rmSync(folder, { recursive: true });
}

async function add(
  photos: readonly string[],
  how: Pick<AddOptions, 'preset' | 'size' | 'outputs'> & Partial<AddOptions>,
): Promise<void> {
  for await (const added of addPhotos(photos, { ...usual, ...how }, { store, queue }))
    if ('error' in added) throw added.error;
}

async function adding(): Promise<void> {
  const photos = await smallPhotos(join(folder, 'photos'), options.added, 1);
  const [began, used] = [performance.now(), process.cpuUsage()];
  await add(photos, { preset, size: 16, outputs: ['still'] });
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used);
  say(
    `${options.added} jobs added in ${seconds.toFixed(1)} s, ${(options.added / seconds).toFixed(0)} a second; ${((user + system) / 1000 / options.added).toFixed(2)} ms of a processor each`,
  );
  for (const job of await queue.list(['waiting'], Number.MAX_SAFE_INTEGER)) await queue.cancel(job);
}

/** Seconds, and seconds of a processor, that something takes in this process. */
async function taken(step: () => Promise<void>): Promise<readonly [number, number]> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await step();
  const { user, system } = process.cpuUsage(used);
  return [(performance.now() - began) / 1000, (user + system) / 1e6];
}

async function overhead(): Promise<void> {
  const { turns, size } = options;
  const ratios: (readonly [number, number])[] = [];
  let commands = 0;
  for (let turn = 0; turn <= turns; turn++) {
    const photos = await smallPhotos(join(folder, 'photos'), options.photos, `turn ${turn}`, size);
    const how = { preset: options.preset, size, outputs: ['video', 'still'] as const };
    await add(photos, { ...how, memory: 2 ** 31 });
    const before = await commandsSoFar();
    const farm = await taken(async () => {
      const worker = {
        queue: server.url,
        store,
        provider: 'cpu',
        memory: 2 ** 31,
        concurrency: 1,
        checkpointEvery: 5,
        lease: 30,
        untilEmpty: true,
      };
      await work(worker, () => {}, new AbortController().signal);
    });
    commands = (await commandsSoFar()) - before;
    const alone = await taken(() => drawAlone(photos, how));
    // The first turn is for what is made once.
    if (turn > 0) ratios.push([farm[0] / alone[0], farm[1] / alone[1]]);
  }
  const [time, processor] = [0, 1].map((i) => median(ratios.map((ratio) => ratio[i]!)).toFixed(3));
  say(
    `${options.preset} at ${size}: with the queue ${time} of the time without, ${processor} of the processor time; ${(commands / options.photos).toFixed(0)} commands of Redis a job`,
  );
}

async function drawAlone(photos: readonly string[], { preset, size }: { preset: string; size: number }): Promise<void> {
  const pool = new ThreadPool();
  for (const [i, photo] of photos.entries()) {
    const [output, still] = ['mp4', 'png'].map((ending) => join(folder, 'drawn', `${i}.${ending}`)) as [string, string];
    const checkpoint = { path: `${output}.checkpoint`, every: 5, resume: false, given: null };
    const job = {
      ...usual,
      photo,
      preset,
      size,
      memory: 2 ** 31,
      outputs: { output, still },
      overwrite: true,
      checkpoint,
    };
    for await (const _ of runJob(job, undefined, pool)) {
      // Until it is drawn.
    }
  }
  await pool.close();
}

async function commandsSoFar(): Promise<number> {
  return Number(/total_commands_processed:(\d+)/.exec(await queue.redis.info('stats'))![1]);
}

/** Of a worker by itself: what is in memory after 20 jobs, and after all. */
async function memory(): Promise<void> {
  await add(await smallPhotos(join(folder, 'photos'), options.small, 'small'), {
    preset,
    size: 16,
    outputs: ['still'],
  });
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  const places = ['--queue', server.url, '--store', address];
  const child = spawn(process.execPath, [cli, 'farm', 'work', ...places, '--until-empty', '--json', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const seen: number[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    if ((JSON.parse(line) as { event: string }).event === 'done') seen.push(residentMegabytes(child.pid!));
  }
  await gone;
  const [first, last] = [seen[19]!, seen.at(-1)!];
  say(
    `a worker has ${first.toFixed(0)} MB after 20 small jobs and ${last.toFixed(0)} after ${seen.length}: ${(last / first).toFixed(3)}`,
  );
}

function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}
