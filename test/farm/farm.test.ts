/** Jobs from the photo to the drawing, on a real Redis. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { applyTone } from '../../src/colour/tones.js';
import { draw } from '../../src/drawing/draw.js';
import { canvasSpaceOf } from '../../src/drawing/recipe/preset.js';
import type { Added } from '../../src/farm/adding.js';
import { type FarmJob, idOf } from '../../src/farm/job-data.js';
import { JobSource } from '../../src/farm/queue/job-source.js';
import { statusOf } from '../../src/farm/status.js';
import { keys, type Store, StoreError } from '../../src/farm/store/store.js';
import type { WorkerEvent } from '../../src/farm/worker.js';
import { readPhoto } from '../../src/image/photo.js';
import type { Picture } from '../../src/image/picture.js';
import { run, start } from '../support/cli.js';
import { about, cheap, idsOf, ofKind, TestFarm } from '../support/farm.js';
import { testWithRedis, withRedis } from '../support/redis.js';

let farm: TestFarm;
withRedis(beforeAll, async () => {
  farm = await TestFarm.start();
});
withRedis(afterAll, () => farm.stop());

const statesOf = (added: readonly Added[]): string[] => added.map((one) => ('state' in one ? one.state : 'refused'));
const silent = { lease: 1, warn: () => {} };

describe('a job', () => {
  testWithRedis('is drawn as it is without a queue, to the bit, and its report says how', async () => {
    const photo = await farm.photo(1);
    const [id] = idsOf(await farm.add([photo]));
    const events = await farm.work();
    expect(ofKind(events, 'done').map((event) => event.id)).toEqual([id]);
    let alone: Picture | undefined;
    for await (const frame of draw(photo, {
      preset: cheap,
      size: 16,
      weights: 'contour',
      threads: 1,
      memory: 2 ** 28,
    })) {
      const { canvas, drawing, picture } = frame;
      const { finalTone } = drawing.preset;
      if (canvas) alone = { ...picture, rgb: applyTone(canvas, finalTone, canvasSpaceOf(drawing.preset)) };
    }
    const still = join(farm.folder, 'still.png');
    writeFileSync(still, await farm.store.read(keys.drawing(id!, 'still.png')));
    expect(await readPhoto(still)).toEqual(alone);
    const report = JSON.parse(Buffer.from(await farm.store.read(keys.report(id!))).toString());
    expect(report).toMatchObject({
      id,
      name: 'photo-1',
      iterations: 2,
      size: { width: 16, height: 16 },
      provider: 'cpu',
      weights: 'contour:1',
    });
    expect(await farm.store.list(keys.checkpoints(id!))).toEqual([]);
  });

  testWithRedis('has the formats that a drawing has, and one video and one still', async () => {
    const photos = [await farm.photo(4)];
    const [id] = idsOf(await farm.add(photos, { outputs: ['gif', 'webp'] }));
    expect(ofKind(await farm.work(), 'done')).toHaveLength(1);
    const [gif, webp] = [
      await farm.store.read(keys.drawing(id!, 'video.gif')),
      await farm.store.read(keys.drawing(id!, 'still.webp')),
    ];
    expect(Buffer.from(gif).toString('latin1', 0, 6)).toBe('GIF89a');
    expect(Buffer.from(webp).toString('latin1', 8, 12)).toBe('WEBP');
    await expect(farm.add(photos, { outputs: ['gif'], fps: 60 })).rejects.toThrow(/^fps: a GIF shows 50 frames/);
    expect(await farm.add(photos, { outputs: ['still', 'jpg'] })).toEqual([
      expect.objectContaining({
        error: expect.objectContaining({ message: expect.stringMatching(/one video and one still/) }),
      }),
    ]);
  });

  testWithRedis('that is done is answered from the store, even where the queue has forgotten it', async () => {
    const photo = await farm.photo(2);
    const [id] = idsOf(await farm.add([photo]));
    await farm.work();
    const job = await farm.queue.find(id!);
    // Its worker may have died before it said so, and before it had tidied up.
    await farm.store.write(keys.checkpoint(id!, 'drawing'), '');
    await farm.queue.retry(job);
    expect(ofKind(await farm.work(), 'done')).toHaveLength(1);
    expect(await farm.store.list(keys.checkpoints(id!))).toEqual([]);
    await farm.queue.forget(job);
    expect(statesOf(await farm.add([photo]))).toEqual(['done']);
    expect(await farm.work()).toEqual([expect.objectContaining({ kind: 'ready' })]);
    // Where somebody has removed the drawing, it is drawn again.
    await farm.store.remove(keys.report(id!));
    expect(statesOf(await farm.add([photo]))).toEqual(['added']);
    await farm.work();
  });

  testWithRedis('is one, whoever adds it and how often: a hundred photos, added twice at once', async () => {
    const photos = await farm.photos(100, 100);
    const [one, other] = await Promise.all([farm.add(photos), farm.add(photos)]);
    expect(idsOf(one)).toEqual(idsOf(other));
    expect(new Set(idsOf(one)).size).toBe(100);
    expect((await statusOf(farm.queue)).jobs.waiting).toBe(100);
    for (const job of await farm.queue.list(['waiting'], 1000)) await farm.queue.cancel(job);
    expect((await statusOf(farm.queue)).jobs.waiting).toBe(0);
  });
});

describe('what is at fault', () => {
  testWithRedis('in a photo is said when it is added, and the others are', async () => {
    const bad = join(farm.folder, 'photos', 'bad.png');
    writeFileSync(bad, 'no picture');
    const added = await farm.add([bad, await farm.photo(3)]);
    expect(statesOf(added)).toEqual(['refused', 'added']);
    expect((added[0] as { error: Error }).error.message).toMatch(/bad\.png: .*format|is no/);
    await farm.work();
  });

  testWithRedis('where a photo has vanished from the store, the job fails at once, and the next is drawn', async () => {
    const [gone, other] = await farm.add(await farm.photos(2, 10));
    const { data } = await farm.queue.find(idsOf([gone!])[0]!);
    await farm.store.remove(keys.blob((data as { photo: string }).photo));
    const events = await farm.work();
    expect(ofKind(events, 'failed')).toEqual([
      expect.objectContaining({
        isFinal: true,
        reason: expect.stringMatching(/^the photo photo-10 is not in the store .* any more; add it again$/),
      }),
    ]);
    expect(ofKind(events, 'done').map(({ id }) => id)).toEqual(idsOf([other!]));
    // Added again, as it says, it is drawn.
    const again = await farm.add([await farm.photo(10)]);
    expect(again).toEqual([gone]);
    expect(ofKind(await farm.work(), 'done').map(({ id }) => id)).toEqual(idsOf(again));
  });

  testWithRedis(
    'where a photo is damaged in the store, the job says so, and it is drawn when it is added again',
    async () => {
      const photo = await farm.photo(12);
      const [first] = await farm.add([photo]);
      const { data } = await farm.queue.find(idsOf([first!])[0]!);
      const key = keys.blob((data as { photo: string }).photo);
      const bytes = Buffer.from(await farm.store.read(key));
      await farm.store.write(
        key,
        bytes.map((byte) => 255 - byte),
      );
      expect(ofKind(await farm.work(), 'failed')).toEqual([
        expect.objectContaining({
          isFinal: true,
          reason: expect.stringMatching(/^the photo photo-12 was damaged in .*, and is removed there; add it again$/),
        }),
      ]);
      // Of another length it is found when it is added.
      await farm.store.write(key, '12345');
      expect(await farm.add([photo])).toEqual([first]);
      expect(bytes.equals(await farm.store.read(key))).toBe(true);
      expect(ofKind(await farm.work(), 'done')).toHaveLength(1);
    },
  );

  testWithRedis('where the store is full, the job is tried again later, and the worker goes on', async () => {
    const [job] = idsOf(await farm.add([await farm.photo(20)]));
    const refuse = async () => {
      throw new StoreError('the store is full; make room', false);
    };
    const full = farm.storeWith('writeFrom', refuse);
    const events = await farm.work({ store: full });
    expect(ofKind(events, 'failed')).toEqual([
      { kind: 'failed', id: job, isFinal: false, reason: 'the store is full; make room' },
    ]);
    expect(await farm.queue.find(job!)).toMatchObject({ state: 'waiting', reason: 'the store is full; make room' });
    await farm.queue.cancel(await farm.queue.find(job!));
  });

  testWithRedis(
    "where the worker's own disk is full it is not the store that is said to be, and others try",
    async () => {
      const [job] = idsOf(await farm.add([await farm.photo(22)]));
      const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      const events = await farm.work({ store: farm.storeWith('readTo', () => Promise.reject(full)) });
      const reason =
        "output: can't write the worker's own folder: the disk is full; make room, or choose another folder";
      expect(ofKind(events, 'failed')).toEqual([{ kind: 'failed', id: job, isFinal: false, reason }]);
      await farm.queue.cancel(await farm.queue.find(job!));
    },
  );

  testWithRedis('in data that somebody else has put into the queue is found before anything is read', async () => {
    const [job] = await farm.add([await farm.photo(21)]);
    const { data, need } = await farm.queue.find(idsOf([job!])[0]!);
    const good = data as Record<string, unknown>;
    const hostile = [
      { ...good, photo: '../../etc/passwd' },
      { ...good, photo: '/etc/passwd' },
      { ...good, output: '/tmp/x.mp4' },
      { ...good, name: '../x' },
      { ...good, weights: { file: '/etc/passwd' } },
      'text',
      null,
      // Of another id, so that its drawing would be that of other work; and for more memory than its queue is for.
      good,
      { ...good, memory: 2 ** 40 },
    ];
    const ids = hostile.map((_, i) => `${i}`.repeat(64).replaceAll('0', 'f').slice(0, 64));
    ids[ids.length - 1] = idOf(hostile.at(-1) as unknown as FarmJob);
    await farm.queue.add(hostile.map((one, i) => ({ id: ids[i]!, need, data: one as object })));
    const failed = ofKind(await farm.work(), 'failed');
    expect(failed).toHaveLength(hostile.length);
    expect(failed.every(({ isFinal, reason }) => isFinal && reason.startsWith('job: '))).toBe(true);
    expect(failed.map(({ reason }) => reason)).toContainEqual(
      "job: output: there is no such field; did you mean 'outputs'?",
    );
  });
});

describe('a worker', () => {
  testWithRedis(
    'never takes a job that needs more memory than it has, and where none can, status says so',
    async () => {
      const [small] = await farm.add([await farm.photo(30)], { memory: 2 ** 20 });
      expect(small).toMatchObject({
        error: { message: expect.stringMatching(/of memory at the least, and 1M may be/) },
      });
      const [large] = await farm.add([await farm.photo(30)], { memory: 2 * 2 ** 30 });
      expect(await farm.work({ memory: 700 * 2 ** 20 })).toEqual([expect.objectContaining({ kind: 'ready' })]);
      expect((await statusOf(farm.queue)).unserved).toEqual([{ provider: 'any', memory: 2 ** 31, waiting: 1 }]);
      expect(ofKind(await farm.work({ memory: 2 ** 31 }), 'done').map(({ id }) => id)).toEqual(idsOf([large!]));
    },
  );

  testWithRedis('never takes one for another provider', async () => {
    const [job] = await farm.add([await farm.photo(31)], { provider: 'webgpu' });
    expect(await farm.work()).toHaveLength(1);
    await farm.queue.cancel(await farm.queue.find(idsOf([job!])[0]!));
  });

  testWithRedis(
    'that is told to end hands back what it draws, and another one goes on from there, to the bit',
    async () => {
      const slow = { phases: [{ layer: 'block1_conv2', iterations: 400, learningRate: 8 }] };
      const photo = await farm.photo(40);
      const [id] = idsOf(await farm.add([photo], {}, slow));
      const ending = new AbortController();
      // As soon as there is a checkpoint.
      const keep: Store['writeFrom'] = async (...args) => {
        await farm.store.writeFrom(...args);
        ending.abort();
      };
      const store = farm.storeWith('writeFrom', keep);
      const first = await farm.work({ store, checkpointEvery: 0, untilEmpty: false }, ending.signal);
      expect(ofKind(first, 'ending')).toEqual([{ kind: 'ending', jobs: 1 }]);
      expect(ofKind(first, 'handed back').map((event) => event.id)).toEqual([id]);
      expect(await farm.store.has(keys.checkpoint(id!, 'drawing'))).toBe(true);
      const second = await farm.work();
      expect(ofKind(second, 'note').map(({ text }) => text)).toEqual([
        expect.stringMatching(/^going on after iteration \d+$/),
      ]);
      const still = await farm.store.read(keys.drawing(id!, 'still.png'));
      // Without an interruption.
      await farm.store.remove(keys.report(id!));
      await farm.add([photo], {}, slow);
      await farm.work();
      expect(Buffer.from(await farm.store.read(keys.drawing(id!, 'still.png'))).equals(Buffer.from(still))).toBe(true);
      expect(await farm.queue.logs(await farm.queue.find(id!))).toEqual([
        expect.stringMatching(/^taken by/),
        expect.stringMatching(/^done in/),
      ]);
    },
  );

  testWithRedis('that has nothing to do hands nothing back when it is told to end', async () => {
    const ending = new AbortController();
    const events = await farm.work(
      { untilEmpty: false },
      ending.signal,
      ({ kind }) => kind === 'ready' && setTimeout(() => ending.abort()),
    );
    expect(events.slice(1)).toEqual([{ kind: 'ending', jobs: 0 }]);
  });

  testWithRedis('that is killed leaves its last checkpoint, from which another one goes on, to the bit', async () => {
    const slow = { phases: [{ layer: 'block1_conv2', iterations: 300, learningRate: 8 }] };
    const photo = await farm.photo(43);
    const [id] = idsOf(await farm.add([photo], {}, slow));
    const places = ['--queue', farm.server.url, '--store', String(pathToFileURL(join(farm.folder, 'store')))];
    const { child, finished } = start(['farm', 'work', ...places, '--lease', '1', '--checkpoint-every', '0.1']);
    while (!(await farm.store.has(keys.checkpoint(id!, 'drawing')))) await wait(20);
    child.kill('SIGKILL');
    await finished;
    let events: WorkerEvent[] = [];
    while (ofKind(events, 'done').length === 0) events = await farm.work({ lease: 1 });
    expect(ofKind(events, 'note').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^going on after iteration \d+$/),
    ]);
    const still = Buffer.from(await farm.store.read(keys.drawing(id!, 'still.png')));
    await farm.store.remove(keys.report(id!));
    await farm.add([photo], {}, slow);
    await farm.work();
    expect(Buffer.from(await farm.store.read(keys.drawing(id!, 'still.png'))).equals(still)).toBe(true);
  });

  testWithRedis('gives up a job that is cancelled while it is drawn', async () => {
    const endless = { phases: [{ layer: 'block1_conv2', iterations: 100_000, learningRate: 8 }] };
    const [id] = idsOf(await farm.add([await farm.photo(41)], {}, endless));
    const cancel = (event: WorkerEvent) =>
      void (event.kind === 'taken' && farm.queue.find(id!).then((job) => farm.queue.cancel(job)));
    const events = await farm.work({ lease: 1 }, undefined, cancel);
    expect(ofKind(events, 'note')).toEqual([{ kind: 'note', id, text: 'it is cancelled' }]);
    await expect(farm.queue.find(id!)).rejects.toThrow(/there is no job/);
  });

  testWithRedis('that dies leaves its job to others; one that has killed three is set aside', async () => {
    const [id] = idsOf(await farm.add([await farm.photo(42)]));
    for (let deaths = 0; deaths < 3; deaths++) {
      const source = await JobSource.open(farm.server.url, about, { ...silent, lease: 0.3 });
      let taken = await source.next(about);
      while (!taken) {
        await wait(100);
        taken = await source.next(about);
      }
      expect(taken).toMatchObject({ id, deaths });
      // As if it had died: nothing is said of the job.
      await source.close();
    }
    const reason = async () => {
      await farm.work({ lease: 0.3 });
      const { state, reason } = await farm.queue.find(id!);
      return state === 'failed' ? reason : undefined;
    };
    let found: string | undefined;
    while (found === undefined) found = await reason();
    expect(found).toBe("3 workers have died of it; it is set aside until 'vggdraw farm retry'");
    const job = await farm.queue.find(id!);
    expect(job.isSetAside).toBe(true);
    // Not by adding it again: workers would die of it.
    expect(await farm.add([await farm.photo(42)])).toEqual([
      expect.objectContaining({ id, state: 'failed', reason: found }),
    ]);
    const places = ['--queue', farm.server.url, '--store', String(pathToFileURL(join(farm.folder, 'store')))];
    const how = [
      '--preset',
      join(farm.folder, 'preset.json'),
      '--size',
      '16',
      '--weights',
      'contour',
      '--threads',
      '1',
    ];
    const photo = join(farm.folder, 'photos', 'photo-42.png');
    const { stderr } = await run(['farm', 'add', photo, ...how, '--outputs', 'still', '--hold', '0', ...places]);
    expect(stderr).toBe(
      `${photo} was set aside: ${found}; 'vggdraw farm retry ${id!.slice(0, 12)}' has it tried again\n1 failed\n`,
    );
    await farm.queue.retry(job);
    expect(ofKind(await farm.work(), 'done')).toHaveLength(1);
  });
});
