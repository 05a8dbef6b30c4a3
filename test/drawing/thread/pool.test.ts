/** Drawings one after the other in one thread: each as if it had one of its own. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { draw } from '../../../src/drawing/draw.js';
import type { DrawOptions } from '../../../src/drawing/recipe/options.js';
import { ThreadPool } from '../../../src/drawing/thread/pool.js';
import type { Picture } from '../../../src/image/picture.js';

const pictureOf = (shade: number, { width, height } = { width: 20, height: 16 }): Picture => ({
  width,
  height,
  rgb: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * shade) & 255),
});
const [one, other] = [pictureOf(7), pictureOf(11)];
const preset = {
  phases: [
    { layer: 'block2_conv1', iterations: 2, learningRate: 5 },
    { layers: { block1_conv2: 1 }, ink: 0.2, iterations: 2, learningRate: 5 },
  ],
};
const options: DrawOptions = { preset, weights: 'contour', provider: 'cpu', threads: 1 };

/** All frames of a drawing, and their losses. */
async function drawn(photo: Picture, given: Partial<DrawOptions> = {}, from?: ThreadPool): Promise<unknown> {
  const frames: unknown[] = [];
  for await (const { picture, iteration } of draw(photo, { ...options, ...given }, from))
    frames.push([Buffer.from(picture.rgb).toString('hex'), iteration?.losses]);
  return frames;
}

const pool = new ThreadPool();
afterAll(() => pool.close());

/** The thread that is held. */
const held = () => {
  const thread = pool.take()!;
  void pool.give(thread);
  return thread;
};

/** With a thread of its own. */
let alone: unknown;
beforeAll(async () => {
  alone = await drawn(other);
});

test('a thread that has drawn draws the next photo to the bit as a new one', async () => {
  await drawn(one, {}, pool);
  const { worker } = held();
  const second = await drawn(other, {}, pool);
  expect(held().worker).toBe(worker);
  expect(second).toEqual(alone);
});

test.each<[string, Picture, Partial<DrawOptions>]>([
  ['size', pictureOf(7, { width: 16, height: 24 }), {}],
  ['preset', one, { preset: { ...preset, canvas: { paper: '#f0e0d0' } } }],
  ['network', one, { weights: 'seeded' }],
])('it takes nothing over from a drawing of another %s', async (_, photo, given) => {
  await drawn(other, {}, pool);
  const { worker } = held();
  const after = await drawn(photo, given, pool);
  expect(held().worker).toBe(worker);
  expect(after).toEqual(await drawn(photo, given));
});

test('one that was left early draws the next photo from its beginning', async () => {
  for await (const { index } of draw(one, options, pool)) if (index === 1) break;
  const { worker } = held();
  const next = await drawn(other, {}, pool);
  expect(held().worker).toBe(worker);
  expect(next).toEqual(alone);
});

test('a photo that can not be drawn leaves the thread, a drawing that fails in it does not', async () => {
  await drawn(one, {}, pool);
  const { worker } = held();
  await expect(drawn({ ...one, width: 3 }, {}, pool)).rejects.toThrow('photo: ');
  expect(held().worker).toBe(worker);
  const wild = {
    canvas: { lower: -1e38, upper: 1e38 },
    phases: [{ layer: 'block1_conv2', iterations: 9, learningRate: 1e37 }],
  };
  await expect(drawn(one, { preset: wild }, pool)).rejects.toThrow('the loss became');
  expect(pool.take()).toBeUndefined();
  expect(await drawn(one, {}, pool)).toHaveLength(5);
});
