/** The queue of jobs: each in its turn, one at a time, and what a person may do to them meanwhile. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import type { Job } from '../../src/jobs/job.js';
import { JobQueue, type QueueEvent } from '../../src/jobs/queue.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-queue-'));
  await writeFile(
    join(folder, 'photo.png'),
    await encodePng({ width: 16, height: 16, rgb: new Uint8Array(768).fill(90) }),
  );
  for (const iterations of [2, 3000])
    await writeFile(
      join(folder, `${iterations}.json`),
      JSON.stringify({ phases: [{ layer: 'block1_conv1', iterations, learningRate: 5 }] }),
    );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A queue holds a thread for its next job. */
const queues: JobQueue[] = [];
afterEach(async () => void (await Promise.all(queues.splice(0).map((queue) => queue.close()))));

const videoOf = (id: string): string => join(folder, `${id}.mp4`);

const job = (id: string, iterations: 2 | 3000): Job => ({
  photo: join(folder, 'photo.png'),
  preset: join(folder, `${iterations}.json`),
  style: [],
  weights: 'contour',
  provider: 'cpu',
  outputs: { output: videoOf(id) },
  seconds: 0.2,
  hold: 0,
  overwrite: false,
});

/** A queue that notes what happens, as `job what`, and lets one wait for it. */
function notedQueue() {
  const notes: string[] = [];
  let frames = 0;
  const watchers = new Set<() => void>();
  const queue = new JobQueue((id: string, event: QueueEvent) => {
    const isNew = notes.at(-1) !== `${id} ${event.kind}`;
    if (event.kind === 'frame') frames++;
    if (isNew) notes.push(`${id} ${event.kind}`);
    for (const watch of watchers) watch();
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const watch = () => {
        if (!condition()) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
    });
  queues.push(queue);
  const happened = (note: string) => until(() => notes.includes(note));
  return { queue, notes, happened, until, frames: () => frames };
}

test('one is done after the other, those with a smaller number first', async () => {
  const { queue, notes, happened } = notedQueue();
  queue.add('a', job('a', 2));
  queue.add('b', job('b', 2), { priority: 2 });
  queue.add('c', job('c', 2));
  await happened('b done');
  const steps = ['active', 'preparing', 'start', 'frame', 'finishing', 'done'];
  const done = (id: string) => steps.map((step) => `${id} ${step}`);
  expect(notes).toEqual([
    'a waiting',
    'a active',
    'b waiting',
    'c waiting',
    ...done('a').slice(1),
    ...done('c'),
    ...done('b'),
  ]);
});

test('while one is paused, which it stays until it is gone on with, the next one is done', async () => {
  const { queue, notes, happened, until, frames } = notedQueue();
  queue.add('long', job('long', 3000));
  await until(() => frames() > 2);
  queue.add('short', job('short', 2));
  queue.pause('long');
  await happened('short active');
  await happened('short done');
  // While the other one was drawn it has told of no frame more than was on its way when it was paused.
  const between = notes.slice(notes.indexOf('long paused'));
  expect(between.filter((note) => note === 'long frame').length).toBeLessThanOrEqual(1);

  const before = frames();
  queue.goOn('long');
  await until(() => frames() > before + 5);
  // With what there is.
  queue.stop('long');
  await happened('long done');
  expect(existsSync(videoOf('long'))).toBe(true);
  expect(frames()).toBeLessThan(3000);
});

test('what is cancelled leaves nothing, whether it has begun or waits', async () => {
  const { queue, notes, until, frames } = notedQueue();
  queue.add('begun', job('begun', 3000));
  queue.add('waiting', job('waiting', 2));
  await until(() => frames() > 2);
  await queue.cancel('waiting');
  await queue.cancel('begun');
  expect(notes.slice(-2)).toEqual(['waiting cancelled', 'begun cancelled']);
  for (const id of ['begun', 'waiting']) expect(existsSync(videoOf(id))).toBe(false);
});

test('what fails says why, and the next one is done', async () => {
  const { queue, happened } = notedQueue();
  queue.add('wrong', { ...job('wrong', 2), photo: join(folder, 'gone.png') });
  queue.add('right', job('right', 2));
  await happened('wrong failed');
  await happened('right done');
});

test('it closes when what has begun, paused or not, is finished with what there is; what waits is given up', async () => {
  const { queue, notes, happened, until, frames } = notedQueue();
  queue.add('paused', job('paused', 3000));
  await until(() => frames() > 2);
  queue.pause('paused');
  queue.add('drawn', job('drawn', 3000));
  await happened('drawn frame');
  queue.add('never', job('never', 2));
  await queue.close();
  expect(notes).toEqual(expect.arrayContaining(['paused done', 'drawn done', 'never cancelled']));
  expect(notes).not.toContain('never active');
  for (const id of ['paused', 'drawn']) expect(existsSync(videoOf(id))).toBe(true);
});

test('what else computes is done between jobs, which wait for it, one after the other; it is refused while one is being done', async () => {
  const { queue, notes, happened } = notedQueue();
  const begun: string[] = [];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const first = queue.between(async () => {
    begun.push('first');
    await finished;
    return 'seen';
  });
  const second = queue.between(async () => {
    begun.push('second');
    throw new Error('blind');
  });
  queue.add('next', job('next', 2));
  await Promise.resolve();
  expect([begun, notes]).toEqual([['first'], ['next waiting']]);
  finish();
  expect(await first).toBe('seen');
  await expect(second).rejects.toThrow('blind');
  await happened('next active');
  await expect(queue.between(async () => {})).rejects.toThrow(/^a drawing is being made; pause it, or wait/);
  await happened('next done');
});

test('it closes when what is done between jobs has heard of it', async () => {
  const { queue } = notedQueue();
  let isOver = false;
  const ended = queue.between(
    (signal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          isOver = true;
          resolve();
        });
      }),
  );
  await Promise.resolve();
  await queue.close();
  expect(isOver).toBe(true);
  await ended;
});
