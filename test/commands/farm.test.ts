/** The commands of a farm as a person gives them, with a Redis that has a password, and drawings in object storage. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { RedisServer } from '../../tools/farm/redis-server.js';
import { tortureFarm } from '../../tools/farm/torture.js';
import { asked } from '../support/asked.js';
import { events, run, start } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { cheap } from '../support/farm.js';
import { testWithRedis, withRedis } from '../support/redis.js';
import { S3Server, s3Keys } from '../support/s3-server.js';

const password = 'nobody-has-to-see-this';
const folder = mkdtempSync(join(tmpdir(), 'vggdraw-farm-cli-'));
let server: RedisServer;
let s3: S3Server;
withRedis(beforeAll, async () => {
  server = await RedisServer.start(folder, ['--requirepass', password]);
  s3 = await S3Server.start('drawings');
  writeFileSync(join(folder, 'two.json'), JSON.stringify(cheap));
  for (const i of [1, 2]) {
    const rgb = Uint8Array.from({ length: 768 }, (_, k) => (k * i) % 256);
    writeFileSync(join(folder, `photo ${i}.png`), await encodePng({ width: 16, height: 16, rgb }));
  }
});
withRedis(afterAll, async () => {
  await server.stop();
  await s3.stop();
  rmSync(folder, { recursive: true });
});

describe('a farm', () => {
  testWithRedis(
    'draws what is added, tells how it is, brings the drawings, and gives away neither passwords nor keys',
    async () => {
      const env = {
        ...s3Keys,
        AWS_ENDPOINT_URL: s3.url,
        VGGDRAW_QUEUE: server.url,
        VGGDRAW_QUEUE_PASSWORD: password,
        VGGDRAW_STORE: 's3://drawings/of',
      };
      const said: string[] = [];
      const farm = async (...args: string[]) => {
        // What holds connections longest in a process of its own: it has to come to an end by itself.
        const finished = await (['add', 'work'].includes(args[0]!) ? run : runInTurn)(['farm', ...args, '--json'], {
          cwd: folder,
          env,
        });
        said.push(finished.stdout, finished.stderr);
        expect(finished).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/fault/) });
        return events(finished);
      };
      const how = ['--preset', './two.json', '--size', '16', '--weights', 'contour', '--outputs', 'still'];
      // Those of the folder, each once.
      const added = await farm('add', '.', 'photo 1.png', ...how);
      expect(added.map(({ state }) => state)).toEqual(['added', 'added', undefined]);
      expect(added.at(-1)).toEqual({ event: 'done', added: 2 });
      expect((await farm('add', 'photo 1.png', ...how)).at(-1)).toEqual({ event: 'done', waiting: 1 });
      expect(await farm('status')).toEqual([
        expect.objectContaining({
          jobs: { waiting: 2, active: 0, done: 0, failed: 0 },
          workers: [],
          unserved: [expect.objectContaining({ waiting: 2 })],
        }),
      ]);
      // Who asks for what there is none of is told so.
      const none = (...args: string[]) => run(['farm', ...args], { cwd: folder, env });
      expect(await none('get')).toMatchObject({ code: 0, stderr: 'there is nothing to bring: no drawing is done\n' });
      expect(await none('retry', '--all')).toMatchObject({ code: 0, stderr: 'no job is failed\n' });
      const worked = await farm('work', '--until-empty');
      expect(worked.map(({ event }) => event)).toEqual(['ready', 'taken', 'done', 'taken', 'done']);
      expect((await farm('list')).map(({ name, state }) => [name, state])).toEqual([
        ['photo 2', 'done'],
        ['photo 1', 'done'],
      ]);
      const [first] = await farm('logs', String(added[0]!.id).slice(0, 12));
      expect(first!.lines).toEqual([
        expect.stringMatching(/^taken by process \d+ on /),
        expect.stringMatching(/^done in [\d.]+ s$/),
      ]);
      await farm('get', '-o', 'drawn');
      expect(readdirSync(join(folder, 'drawn')).toSorted()).toEqual([
        'photo 1.json',
        'photo 1.png',
        'photo 2.json',
        'photo 2.png',
      ]);
      expect([...s3.objects.keys()].filter((key) => key.startsWith('of/checkpoints/'))).toEqual([]);
      // All that was ever written to Redis.
      const log = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.aof'));
      said.push(...log.map((name) => readFileSync(join(folder, name), 'latin1')));
      expect(said.join('')).toContain(String(added[0]!.id));
      for (const secret of [password, s3Keys.AWS_SECRET_ACCESS_KEY, s3Keys.AWS_ACCESS_KEY_ID, folder])
        expect(said.join('')).not.toContain(secret);
    },
  );

  testWithRedis('is shown in a page, until Ctrl-C or SIGTERM, also where Redis has gone', async () => {
    const place = mkdtempSync(join(folder, 'studio-'));
    const other = await RedisServer.start(place);
    const env = { VGGDRAW_QUEUE: other.url, VGGDRAW_STORE: String(pathToFileURL(place)), BROWSER: 'none' };
    try {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const studio = start(['farm', 'studio', '--port', '0', '--open'], { env });
        await studio.printed(/http\S+\/\n/);
        const url = studio.output.stdout.trim();
        expect((await asked(url)).text).toContain('<title>vggdraw farm</title>');
        if (signal === 'SIGTERM') await other.stop();
        studio.child.kill(signal);
        expect(await studio.finished).toEqual({ code: 130, signal: null, stdout: `${url}\n`, stderr: '' });
      }
    } finally {
      await other.stop();
    }
  });

  testWithRedis(
    'that loses a worker and whose Redis is restarted draws all, each once, to the byte as without a queue',
    async () => {
      const killsNow = (done: number, kills: number) => kills === 0 && done >= 3;
      const place = mkdtempSync(join(folder, 'torture-'));
      const result = await tortureFarm({
        folder: place,
        jobs: 12,
        workers: 2,
        seed: 1,
        killsNow,
        restartsNow: (done) => done >= 6,
        patience: 110_000,
      });
      expect(result).toMatchObject({ kills: 1, faults: [] });
    },
  );
});

describe('what is wrong is said in a line', () => {
  test.each([
    [['status'], '--queue: say where the jobs are, as in redis://host:6379, here or in VGGDRAW_QUEUE'],
    [
      ['status', '--queue', 'redis://:secret@127.0.0.1:1'],
      "--queue: there is no Redis at redis://127.0.0.1:1; start one with 'redis-server', or name another",
    ],
    [
      ['work', '--queue', 'redis://127.0.0.1:1', '--store', 'file:///no/such'],
      '--store: /no/such is no folder that is there; mount it, or name the one that jobs were added with',
    ],
    [
      ['studio', '--queue', 'redis://127.0.0.1:1'],
      '--store: say where photos and drawings lie, as in file:///folder, here or in VGGDRAW_STORE',
    ],
    [
      ['get', 'a'.repeat(64), '--store', String(pathToFileURL(folder)), '--output', '/dev/null'],
      '--output: /dev/null is not a folder',
    ],
    [
      ['status', '--queue', 'redis://127.0.0.1:1/abc'],
      /^--queue: what is behind the host is no number of a database; /,
    ],
    [['studio', '--port', 'x'], /^--port: expected a number/],
    [['add', 'a.png', '--still', 'x.png'], 'there is no option --still (vggdraw farm add --help shows how)'],
    [['add'], 'PHOTOS is missing (vggdraw farm add --help shows how)'],
    [['bogus'], /^there is no command 'bogus'; there are add, video, .*, cancel \(vggdraw farm --help shows how\)$/],
    [['add', 'https://host/a.png'], /^photos: https:\/\/host\/a\.png is an address; fetch the file first/],
    [['add', 'a.png', '--outputs', 'still,tiff'], /^--outputs: expected 'video' or .*, not 'tiff'$/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await runInTurn(['farm', ...args], { env: { VGGDRAW_QUEUE: '', VGGDRAW_STORE: '' } });
    expect(code).toBe(1);
    expect(stderr.trimEnd().replace(/^vggdraw: /, '')).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });
});
