/**
 * A farm on this machine: a Redis and two workers draw the sample and ten crops of it; one worker is killed while it draws, and the other one goes on
 * with what it had. The drawings are in the folder `farm-demo` then.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { hasRedis, RedisServer } from './farm/redis-server.js';

if (!hasRedis()) {
  process.stderr.write('redis-server is not on the PATH; install it (Debian: apt-get install redis-server)\n');
  process.exit(1);
}

const sample = fileURLToPath(new URL('../../tools/sample.png', import.meta.url));
const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vggdraw-farm-demo-'));
for (const name of ['redis', 'store', 'photos']) mkdirSync(join(folder, name));
const server = await RedisServer.start(join(folder, 'redis'));
const env = {
  ...process.env,
  VGGDRAW_QUEUE: server.url,
  VGGDRAW_STORE: String(pathToFileURL(join(folder, 'store'))),
};
const workers: ChildProcess[] = [];

try {
  const photos = [sample, ...(await cropsOf(sample, 10))];
  await farm('add', ...photos, '--size', '192', '--weights', 'contour', '--seconds', '3', '--hold', '1');
  for (const _ of [1, 2]) workers.push(beginWorker());
  await once(workers[1]!, 'drawing');
  // Long enough for a checkpoint.
  await wait(2000);
  process.stdout.write(
    '\na worker is killed while it draws; after five seconds the other one goes on with its job\n\n',
  );
  workers[1]!.kill('SIGKILL');
  await once(workers[0]!, 'exit');
  await farm('status');
  await farm('get', '--output', 'farm-demo', '--overwrite');
} finally {
  for (const worker of workers) worker.kill('SIGTERM');
  await server.stop();
  rmSync(folder, { recursive: true });
}

async function cropsOf(path: string, count: number): Promise<string[]> {
  const { width, height } = await sharp(path).metadata();
  const size = { width: Math.floor(width / 2), height: Math.floor(height / 2) };
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const place = {
        left: Math.floor((i * size.width) / count),
        top: Math.floor(((count - 1 - i) * size.height) / count),
      };
      const crop = join(folder, 'photos', `crop-${i + 1}.png`);
      await sharp(path)
        .extract({ ...place, ...size })
        .toFile(crop);
      return crop;
    }),
  );
}

/** Runs a command of the farm, seen by all. */
async function farm(...args: string[]): Promise<void> {
  process.stdout.write(`$ vggdraw farm ${args[0]}${args.length > 1 ? ' …' : ''}\n`);
  const child = spawn(process.execPath, [cli, 'farm', ...args], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`vggdraw farm ${args[0]} ended with ${code}`);
}

/** Starts a worker. It emits `drawing` when it has drawn one job and is at the next. */
function beginWorker(): ChildProcess {
  const name = `worker ${workers.length + 1}`;
  process.stdout.write(`$ vggdraw farm work: ${name}\n`);
  const options = ['--until-empty', '--lease', '5', '--checkpoint-every', '1', '--memory', '2G', '--threads', '1'];
  const child = spawn(process.execPath, [cli, 'farm', 'work', ...options], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let jobs = 0;
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.trimEnd().split('\n')) {
      process.stdout.write(`${name}: ${line}\n`);
      if (/^[0-9a-f]{12} (?:sample|crop-\d+)$/.test(line) && ++jobs === 2) child.emit('drawing');
    }
  });
  return child;
}
