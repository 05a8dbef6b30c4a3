/**
 * What a farm of 1 to 1,000 workers does, in simulated time: with what drawings take, and Redis computes for them, as measured here on a real one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { type AddOptions, addPhotos } from '../src/farm/adding.js';
import { connect } from '../src/farm/queue/connection.js';
import { FarmQueue } from '../src/farm/queue/farm-queue.js';
import { openStore } from '../src/farm/store/open.js';
import { encodePng } from '../src/image/encode-png.js';
import { Random } from './attack/random.js';
import { RedisServer } from './farm/redis-server.js';
import { type SimulatedFarm, simulate } from './farm-simulation/simulate.js';

const options = await yargs(hideBin(process.argv))
  .usage('npm run farm-simulation -- [options]')
  .option('jobs', { type: 'number', default: 10_000, describe: 'Drawings of the simulated farm' })
  .option('size', { type: 'number', default: 256, describe: 'Longest side of the drawings that are measured' })
  .option('seconds', { type: 'number', describe: 'What a drawing takes, where that is known better' })
  .option('seed', { type: 'number', default: 1, describe: 'What the simulated farm is drawn from' })
  .strict()
  .parseAsync();

const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const sample = fileURLToPath(new URL('../../tools/sample.png', import.meta.url));

/** Calls of commands, and seconds that Redis has computed for them. */
interface Used {
  readonly calls: number;
  readonly seconds: number;
}

interface Measured {
  /** For a job that is over at once. */
  readonly perJob: Used;
  /** Beside, in a second of a worker that draws. */
  readonly perSecond: Used;
  /** What drawings took. */
  readonly seconds: readonly number[];
}

const less = (one: Used, other: Used): Used => ({
  calls: one.calls - other.calls,
  seconds: one.seconds - other.seconds,
});
const share = ({ calls, seconds }: Used, of: number): Used => ({ calls: calls / of, seconds: seconds / of });

/** Draws on a real farm of one worker. */
async function measure(folder: string): Promise<Measured> {
  const places = { redis: join(folder, 'redis'), store: join(folder, 'store') };
  for (const path of Object.values(places)) mkdirSync(path);
  const server = await RedisServer.start(places.redis);
  const redis = await connect(new URL(server.url));
  const store = await openStore(String(pathToFileURL(places.store)));
  const queue = await FarmQueue.open(server.url);
  const used = async (): Promise<Used> => {
    const lines = [...(await redis.info('commandstats')).matchAll(/calls=(\d+),usec=(\d+)/g)];
    const sum = (column: number) => lines.reduce((total, line) => total + Number(line[column]), 0);
    return { calls: sum(1), seconds: sum(2) / 1e6 };
  };
  /** @returns what was used for jobs, and what their worker says that they took. */
  const draw = async (photos: readonly string[], how: Partial<AddOptions>) => {
    const before = await used();
    const usual = { preset: 'pencil', size: options.size, weights: 'contour', style: [], provider: 'cpu', hold: 0 };
    for await (const added of addPhotos(photos, { ...usual, outputs: ['still'], ...how }, { store, queue })) {
      if ('error' in added) throw added.error;
    }
    const args = ['--queue', server.url, '--store', String(pathToFileURL(places.store)), '--until-empty', '--json'];
    const worker = spawn(process.execPath, [cli, 'farm', 'work', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    worker.stdout.on('data', (part) => {
      said += String(part);
    });
    await once(worker, 'close');
    const events = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; seconds?: number });
    const seconds = events.flatMap((event) => (event.event === 'done' ? event.seconds! : []));
    return { used: less(await used(), before), seconds };
  };
  try {
    const preset = join(folder, 'two.json');
    writeFileSync(preset, JSON.stringify({ phases: [{ layer: 'block1_conv1', iterations: 2, learningRate: 8 }] }));
    const small: string[] = [];
    for (let i = 0; i < 60; i++) {
      small.push(join(folder, `small-${i}.png`));
      const rgb = new Uint8Array(new Random(options.seed, i).bytes(3 * 16 * 16));
      writeFileSync(small[i]!, await encodePng({ width: 16, height: 16, rgb }));
    }
    const quick = await draw(small, { preset });
    const perJob = share(quick.used, small.length);
    const long = await draw([sample], {});
    const longer = await draw([sample], { size: options.size - 1 });
    const seconds = [...long.seconds, ...longer.seconds];
    const [one] = seconds as [number];
    return { perJob, perSecond: share(less(long.used, perJob), one), seconds };
  } finally {
    redis.disconnect();
    await queue.close();
    store.close();
    await server.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'vggdraw-farm-simulation-'));
const measured = await measure(folder);
rmSync(folder, { recursive: true });
const { perJob, perSecond } = measured;
const seconds = options.seconds === undefined ? measured.seconds : [options.seconds];
const write = (line: string): void => void process.stdout.write(`${line}\n`);
const micro = ({ seconds }: Used) => `${Math.round(1e6 * seconds)} µs`;
write(`a drawing takes ${seconds.map((one) => one.toFixed(2)).join(', ')} s`);
write(`Redis: ${perJob.calls.toFixed(1)} commands a job, of ${micro(perJob)} together`);
write(`       ${perSecond.calls.toFixed(1)} commands a second of a worker that draws, of ${micro(perSecond)} together`);
const limit = 1 / perJob.seconds;
write(`       so ${Math.round(limit)} jobs a second at the most, and ${Math.round(1 / perSecond.seconds)} workers`);

const redis = { perJob: perJob.seconds, perWorker: perSecond.seconds };
const stragglers = { share: 0.1, factor: 3 };
const deaths = { chance: 0.01, lease: 30, lost: 5, restart: 10 };
const kinds: Record<string, Partial<SimulatedFarm>> = {
  'all alike': {},
  'one in ten three times as slow': { stragglers },
  '1 % of drawings kill their worker': { deaths },
  both: { stragglers, deaths },
};
const { jobs, seed } = options;
for (const [kind, more] of Object.entries(kinds)) {
  write(`\n${kind}\n| workers | drawings a second | time for ${jobs} | of what there could be | deaths | Redis busy |`);
  write('| --- | --- | --- | --- | --- | --- |');
  for (const workers of [1, 3, 10, 30, 100, 300, 1000]) {
    const end = simulate({ workers, jobs, seconds, redis, seed, ...more });
    const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
    const could = (jobs * mean) / workers / end.seconds;
    const cells = [workers, end.jobsPerSecond.toPrecision(3), `${Math.round(end.seconds)} s`];
    const rest = [`${Math.round(100 * could)} %`, end.deaths, `${(100 * end.redisBusy).toPrecision(2)} %`];
    write(`| ${[...cells, ...rest].join(' | ')} |`);
  }
}
