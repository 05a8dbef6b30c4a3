/** A film drawn by a farm, on a real Redis: a worker dies, a frame is lost, and nothing of it is skipped. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PresetInput } from '../../../src/drawing/recipe/preset.js';
import { bringDrawings } from '../../../src/farm/bringing.js';
import { type AddedFilm, addFilm, assembleFilm, type VideoOptions, waitForFilm } from '../../../src/farm/film/video.js';
import { checkWork } from '../../../src/farm/job-data.js';
import { keys } from '../../../src/farm/store/store.js';
import { drawFrames } from '../../../src/film/draw-frames.js';
import { chunkAt } from '../../../src/film/plan.js';
import { encodePng } from '../../../src/image/encode-png.js';
import { readVideo } from '../../../src/video/read-video.js';
import { TestFarm } from '../../support/farm.js';
import { describeFilm, makeFilm, movingSquare } from '../../support/films.js';
import { testWithRedis, withRedis } from '../../support/redis.js';

const cli = fileURLToPath(new URL('../../../src/cli.js', import.meta.url));
const preset: PresetInput = {
  canvas: { colours: 'grey' },
  phases: [{ layer: 'block1_conv1', iterations: 4, learningRate: 5 }],
};

let farm: TestFarm;
let film: string;
let added: AddedFilm;
const optionsOf = (): VideoOptions => {
  const file = join(farm.folder, 'mine.json');
  writeFileSync(file, JSON.stringify(preset));
  const drawing = { preset: file, size: 16, weights: 'contour', threads: 1, style: [], provider: 'auto' };
  return { film, drawing, fps: 12, fresh: false, chunk: 4 };
};
const stored = () => join(farm.folder, 'store');
const framesIn = () =>
  readdirSync(stored(), { recursive: true, encoding: 'utf8' }).filter((name) => /frame-\d+\.png$/.test(name));

/** Has a worker of this process work until the film is there. */
async function finish(): Promise<void> {
  const ending = new AbortController();
  const working = farm.work({ lease: 1, untilEmpty: false }, ending.signal);
  await waitForFilm(added, farm, () => {});
  ending.abort();
  await working;
}

withRedis(beforeAll, async () => {
  farm = await TestFarm.start();
  film = join(farm.folder, 'film.mp4');
  await makeFilm(film, { fps: 12, frames: movingSquare(12, { width: 40, height: 16 }), sound: 1 });
});
withRedis(afterAll, () => farm.stop());

describe('a film of a farm', () => {
  testWithRedis('is drawn to its end though a worker dies', async () => {
    added = await addFilm(optionsOf(), farm);
    expect(added).toMatchObject({ frames: 12, known: 0, drawn: { width: 16, height: 6 }, sound: 'aac' });
    expect(added.chunks.map(({ first, count }) => [first, count])).toEqual([
      [0, 4],
      [4, 4],
      [8, 4],
    ]);
    const places = ['--queue', farm.server.url, '--store', String(pathToFileURL(stored()))];
    const worker = spawn(process.execPath, [cli, 'farm', 'work', ...places, '--lease', '1', '--quiet'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: process.env,
    });
    const gone = once(worker, 'exit');
    while (framesIn().length === 0) await wait(20);
    worker.kill('SIGKILL');
    await gone;
    await finish();
    expect(framesIn()).toHaveLength(12);
    const again = await addFilm(optionsOf(), farm);
    expect([again.known, again.chunks.map(({ id }) => id)]).toEqual([3, added.chunks.map(({ id }) => id)]);
  });

  testWithRedis('is what its chunks are without a queue, to the byte', async () => {
    const { first, count, before } = chunkAt(4, 4);
    const wanted = [...before, ...Array.from({ length: count }, (_, i) => first + i)];
    const all: Parameters<typeof encodePng>[0][] = [];
    for await (const picture of readVideo(film, { fps: 12, size: added.drawn })) all.push(picture);
    const frames = (async function* () {
      for (const index of wanted) yield all[index]!;
    })();
    const options = { preset, weights: 'contour', threads: 1, provider: 'cpu', memory: 2 ** 28, fresh: false };
    let index = 0;
    for await (const event of drawFrames(frames, options)) {
      if (event.kind !== 'drawn') continue;
      const frame = wanted[index++]!;
      if (frame < first) continue;
      const kept = await farm.store.read(keys.frame(added.chunks[1]!.id, frame));
      expect(Buffer.from(kept).equals(await encodePng(event.picture))).toBe(true);
    }
    expect(index).toBe(wanted.length);
  });

  testWithRedis('draws a chunk again of which a frame is lost, and is put together with its sound', async () => {
    const output = join(farm.folder, 'drawn.mp4');
    const how = { output, overwrite: true, warn: () => {} };
    const made = await assembleFilm(optionsOf(), added, farm.store, how);
    expect(made).toMatchObject({ output, shown: 12, hasSound: true, flicker: expect.any(Number) });
    const first = readFileSync(output);
    await farm.store.remove(keys.frame(added.chunks[2]!.id, 9));
    await expect(assembleFilm(optionsOf(), added, farm.store, how)).rejects.toThrow();
    await finish();
    await assembleFilm(optionsOf(), added, farm.store, how);
    expect(readFileSync(output).equals(first)).toBe(true);
    expect(await describeFilm(output)).toMatch(/frame= *12/);
    // Frames are no drawings that anybody would want to have.
    for await (const brought of bringDrawings(farm.store, [added.chunks[0]!.id], farm.folder, true))
      expect(brought).toMatchObject({
        error: { message: expect.stringMatching(/a part of a film; 'vggdraw farm video'/) },
      });
  });

  testWithRedis('that can not be drawn says why', async () => {
    const options = optionsOf();
    const other = await addFilm({ ...options, chunk: 12 }, farm);
    const [job] = other.chunks;
    await farm.store.remove(keys.blob((job!.data as { film: string }).film));
    rmSync(join(farm.folder, 'cache', 'farm', 'inputs'), { recursive: true });
    await farm.work();
    await expect(waitForFilm(other, farm, () => {})).rejects.toThrow(
      /frames 1 to 12 \(job [0-9a-f]{12}\) could not be drawn: .*; add it again; all others are in the store; the same command once more has them tried again$/,
    );
    const again = await addFilm({ ...options, chunk: 12 }, farm);
    expect(again.known).toBe(0);
    await farm.work();
    await waitForFilm(again, farm, () => {});
  });
});

test('a chunk is checked as hostile', () => {
  const digest = 'a'.repeat(64);
  const chunk = {
    ...{
      version: '1',
      name: 'film 1 to 4',
      film: digest,
      preset: 'mine',
      recipe: preset,
      weights: { formula: 'contour:1' },
    },
    ...{ provider: 'any', memory: 2 ** 28, exact: false, style: [], keepColours: false, fresh: false },
    ...{ fps: 12, width: 16, height: 16, first: 0, count: 4 },
  };
  expect(checkWork(chunk)).toEqual(chunk);
  for (const [wrong, field] of [
    [{ film: '../film.mp4' }, /film/],
    [{ name: '../x' }, /name/],
    [{ count: 0 }, /count/],
    [{ first: 1e9 }, /first/],
    [{ width: 1e6 }, /width/],
    [{ output: '/etc/passwd' }, /output/],
    [{ weights: { formula: '/etc/passwd' } }, /weights/],
  ] as const)
    expect(() => checkWork({ ...chunk, ...wrong })).toThrow(field);
});
