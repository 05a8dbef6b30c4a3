/** Workers that lose a job, or die at the worst moment: nothing is left of the work when it is done, and each thing is said once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Checkpoint } from '../../src/drawing/checkpoint.js';
import { JobSource } from '../../src/farm/queue/job-source.js';
import { statusOf } from '../../src/farm/status.js';
import { keys, type Store } from '../../src/farm/store/store.js';
import { StoredCheckpoint } from '../../src/farm/stored-checkpoint.js';
import type { WorkerEvent } from '../../src/farm/worker.js';
import { about, idsOf, ofKind, TestFarm } from '../support/farm.js';
import { testWithRedis, withRedis } from '../support/redis.js';

let farm: TestFarm;
withRedis(beforeAll, async () => {
  farm = await TestFarm.start();
});
withRedis(afterAll, () => farm.stop());

const long = { phases: [{ layer: 'block1_conv2', iterations: 60, learningRate: 8 }] };
const endless = { phases: [{ layer: 'block1_conv2', iterations: 100_000, learningRate: 8 }] };
const kept = async (id: string): Promise<string[]> => [
  ...(await farm.store.list(keys.checkpoints(id))),
  ...(await farm.store.list(keys.previews())),
];
const silent = { lease: 30, warn: () => {} };
/** Takes a job out of the queue whose worker has died. */
async function giveUp(id: string): Promise<void> {
  const isThere = () => farm.queue.find(id).catch(() => undefined);
  await farm.queue.cancel((await isThere())!);
  // Whoever takes it next does so.
  while (await isThere()) await farm.work({ lease: 0.4 });
}

/** Has another worker do a job that somebody has: in no time, because its drawing is there. */
async function finish(id: string): Promise<void> {
  await farm.steal(id);
  await farm.store.write(keys.report(id), '{}');
  for (let events: WorkerEvent[] = []; !ofKind(events, 'done').some((one) => one.id === id); )
    events = await farm.work({ lease: 0.4 });
}

testWithRedis('a Redis that is full is said once, and jobs are taken when it is not', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(25)]));
  const warnings: string[] = [];
  const source = await JobSource.open(farm.server.url, about, { lease: 30, warn: (text) => warnings.push(text) });
  await farm.queue.redis.config('SET', 'maxmemory', '1');
  for (let times = 0; times < 3; times++) expect(await source.next(about)).toBeUndefined();
  await farm.queue.redis.config('SET', 'maxmemory', '0');
  expect(warnings).toEqual([
    expect.stringMatching(/^no job can be taken from redis:\/\/127.*OOM.*; it is tried again$/),
  ]);
  const taken = await source.next(about);
  expect(taken).toMatchObject({ id });
  // Who has what is seen at once.
  expect((await statusOf(farm.queue)).workers).toEqual([{ ...about, jobs: [id] }]);
  await taken!.handBack();
  expect((await statusOf(farm.queue)).workers).toEqual([{ ...about, jobs: [] }]);
  await source.close();
  await farm.queue.cancel(await farm.queue.find(id!));
});

testWithRedis(
  'a checkpoint that comes when another worker has done the job, and removed all, does not stay',
  async () => {
    const [id] = idsOf(await farm.add([await farm.photo(1)], {}, endless));
    const ending = new AbortController();
    const late: Store['writeFrom'] = async (key, ...more) => {
      if (key === keys.checkpoint(id!, 'drawing') && !ending.signal.aborted) {
        await farm.steal(id!);
        await finish(id!);
        expect(await kept(id!)).toEqual([]);
        ending.abort();
      }
      await farm.store.writeFrom(key, ...more);
    };
    const store = farm.storeWith('writeFrom', late);
    const events = await farm.work({ store, checkpointEvery: 0, lease: 2, untilEmpty: false }, ending.signal);
    expect(ending.signal.aborted).toBe(true);
    expect(ofKind(events, 'done')).toEqual([]);
    expect(await kept(id!)).toEqual([]);
  },
);

testWithRedis('what another worker has is told once', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(2)], {}, endless));
  const { need } = await farm.queue.find(id!);
  const ending = new AbortController();
  const other = await JobSource.open(farm.server.url, { ...about, id: 'other' }, { lease: 0.4, warn: () => {} });
  const steal = async () => {
    await farm.steal(id!);
    while (!(await other.next({ provider: 'cpu', memory: need.memory }))) await wait(20);
  };
  let stealing: Promise<void> | undefined;
  const events = await farm.work({ lease: 0.4, untilEmpty: false }, ending.signal, ({ kind }) => {
    if (kind === 'taken') stealing = steal();
    if (kind === 'note') ending.abort();
  });
  await stealing;
  expect(events.filter(({ kind }) => kind !== 'ready' && kind !== 'ending')).toEqual([
    { kind: 'taken', id, name: 'photo-2' },
    { kind: 'note', id, text: "it is another worker's" },
  ]);
  await other.close();
  await giveUp(id!);
});

testWithRedis('no checkpoint is kept of what is another worker’s', async () => {
  const path = join(farm.folder, 'checkpoint');
  for (const name of [path, `${path}.frames`]) writeFileSync(name, Buffer.alloc(100_000));
  const checkpoint = { recipe: { size: { width: 16, height: 16 } }, iterations: 2 } as unknown as Checkpoint;
  const lost = new AbortController();
  const of = new StoredCheckpoint(farm.store, 'f'.repeat(64), path, () => {}, lost.signal);
  lost.abort();
  await of.keep(checkpoint);
  await of.keepLatest();
  expect(await kept('f'.repeat(64))).toEqual([]);
});

testWithRedis('what is left of those that died before they had tidied up goes when a worker begins', async () => {
  const [done, waiting] = idsOf(await farm.add(await farm.photos(2, 10)));
  const needed = await farm.queue.find(waiting!);
  await farm.queue.cancel(needed);
  await farm.work();
  await farm.store.write(keys.preview(done!), 'a preview');
  for (const id of [done!, waiting!])
    for (const name of ['drawing', 'frames-000000000000000'])
      await farm.store.write(keys.checkpoint(id, name), 'a checkpoint');
  await farm.work();
  expect(await kept(done!)).toEqual([]);
  expect(await kept(waiting!)).toHaveLength(2);
});

testWithRedis('a preview of a worker that died goes with the job, whoever does it', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(20)]));
  await farm.store.write(keys.preview(id!), 'a preview');
  await farm.work();
  expect(await kept(id!)).toEqual([]);
});

testWithRedis('a checkpoint that is on its way when the drawing is finished is no cause for a word', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(21)], {}, long));
  let isDrawn = (): void => {};
  const drawn = new Promise<void>((resolve) => {
    isDrawn = resolve;
  });
  const slow: Store['writeFrom'] = async (key, ...more) => {
    if (key.startsWith(keys.checkpoints(id!))) await drawn;
    else isDrawn();
    await farm.store.writeFrom(key, ...more);
  };
  const events = await farm.work({ store: farm.storeWith('writeFrom', slow), checkpointEvery: 0 });
  expect(events.map(({ kind }) => kind)).toEqual(['ready', 'taken', 'done']);
  expect(await kept(id!)).toEqual([]);
});

testWithRedis('a job that is cancelled while it is drawn leaves no checkpoint', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(22)], {}, endless));
  let cancelling: Promise<void> | undefined;
  const keep: Store['writeFrom'] = async (...args) => {
    await farm.store.writeFrom(...args);
    if (args[0] === keys.checkpoint(id!, 'drawing'))
      cancelling ??= farm.queue.find(id!).then((job) => farm.queue.cancel(job));
  };
  const store = farm.storeWith('writeFrom', keep);
  const events = await farm.work({ store, checkpointEvery: 0, lease: 1 });
  await cancelling;
  expect(ofKind(events, 'note')).toEqual([{ kind: 'note', id, text: 'it is cancelled' }]);
  expect(await kept(id!)).toEqual([]);
});

testWithRedis('a queue that comes back empty is said once, and the worker goes on', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(23)], {}, endless));
  const events = await farm.work({ lease: 0.4 }, undefined, (event) => {
    if (event.kind === 'taken') void farm.queue.redis.flushall();
  });
  expect(events.map((event) => ('text' in event ? event.text : event.kind))).toEqual([
    'ready',
    'taken',
    'it is not in the queue any more',
  ]);
  expect(ofKind(events, 'note')[0]).toMatchObject({ id });
  // What is done, and not there any more.
  const [other] = idsOf(await farm.add([await farm.photo(24)]));
  const forget: Store['write'] = async (key, bytes) => {
    await farm.store.write(key, bytes);
    if (key === keys.report(other!)) await farm.queue.redis.flushall();
  };
  const ended = await farm.work({ store: farm.storeWith('write', forget) });
  expect(ofKind(ended, 'note')).toEqual([
    { kind: 'note', text: `job ${other!.slice(0, 12)}: it is not in the queue any more` },
  ]);
  expect(ofKind(ended, 'done')).toHaveLength(1);
});

testWithRedis('what somebody has written in place of a worker, or of how far a job is, is passed over', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(26)]));
  const { redis } = farm.queue;
  await redis.sadd('vggdraw:farm:workers', 'a', 'b');
  await redis.set('vggdraw:farm:worker:a', 'no JSON');
  await redis.set('vggdraw:farm:worker:b', '{"id":"b"}');
  await redis.hset(`vggdraw:any-256M:${id}`, 'progress', '{"iteration":"many"}');
  expect((await statusOf(farm.queue)).workers).toEqual([]);
  expect((await farm.queue.find(id!)).progress).toBeUndefined();
});

testWithRedis('a job that is being done is not begun anew, and what is no id is no job', async () => {
  const [id] = idsOf(await farm.add([await farm.photo(27)]));
  const source = await JobSource.open(farm.server.url, about, silent);
  let taken = await source.next(about);
  while (taken?.id !== id) {
    await taken?.done({});
    taken = await source.next(about);
  }
  await expect(farm.queue.retry(await farm.queue.find(id!))).rejects.toThrow(
    `job ${id!.slice(0, 12)} is being drawn; cancel it first, or wait`,
  );
  await taken!.done({});
  await source.close();
  for (const name of ['meta', 'wait', `${id}:lock`])
    await expect(farm.queue.find(name)).rejects.toThrow(/there is no job/);
});
