/** Commands of a farm that draw films, and plan. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { events, run } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { cheap, TestFarm } from '../support/farm.js';
import { makeFilm, movingSquare } from '../support/films.js';
import { testWithRedis } from '../support/redis.js';

const frames = movingSquare(3, { width: 18, height: 16 });
const how = ['--preset', 'mine.json', '--weights', 'contour', '--threads', '1'];

testWithRedis('farm video waits for the frames, and puts them together', async () => {
  const farm = await TestFarm.start();
  try {
    const { folder } = farm;
    writeFileSync(join(folder, 'mine.json'), JSON.stringify(cheap));
    await makeFilm(join(folder, 'film.mp4'), { fps: 12, frames });
    const places = ['--queue', farm.server.url, '--store', String(pathToFileURL(join(folder, 'store')))];
    const args = ['farm', 'video', 'film.mp4', ...how, ...places, '--chunk', '2', '--json'];
    const added = await runInTurn([...args, '--no-wait'], { cwd: folder });
    expect(added).toMatchObject({ code: 0 });
    expect(events(added)).toEqual([
      expect.objectContaining({ event: 'film', frames: 3, known: 0, jobs: [expect.any(String), expect.any(String)] }),
    ]);
    await farm.work();
    const finished = await run(args, { cwd: folder });
    expect(finished).toMatchObject({ code: 0 });
    expect(events(finished).slice(1)).toEqual([
      { event: 'frames', drawn: 3, frames: 3 },
      {
        ...{ event: 'done', output: 'film-drawn.mp4', frames: 3, shown: 3, hasSound: false },
        flicker: expect.any(Number),
      },
    ]);
  } finally {
    await farm.stop();
  }
});

test('farm plan says what photos will take, and which will not do', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'vggdraw-farm-plan-'));
  try {
    writeFileSync(join(cwd, 'mine.json'), JSON.stringify(cheap));
    writeFileSync(join(cwd, 'photo.png'), await encodePng(frames[0]!));
    const store = ['--store', String(pathToFileURL(join(cwd, 'to', 'come')))];
    const args = ['farm', 'plan', 'photo.png', 'none.png', ...how, ...store, '--workers', '3', '--json'];
    const finished = await run(args, { cwd });
    expect(finished.code).toBe(1);
    expect(finished.stderr).toMatch(/drawing photo\.png with 2 of 2 iterations, twice/);
    const [refused, plan] = events(finished);
    expect(refused).toMatchObject({ event: 'refused', photo: 'none.png' });
    expect(plan).toMatchObject({ event: 'plan', workers: 3, photos: 1, refused: 1, provider: 'cpu', memory: 2 ** 28 });
    expect(plan!.free).toBeGreaterThan(0);
    const { photos, drawings, checkpoints, total } = plan!.storage as Record<string, number>;
    expect(total).toBe(photos! + drawings! + checkpoints!);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
