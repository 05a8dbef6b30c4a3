import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { events, run } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { makeFilm, movingSquare } from '../support/films.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'vggdraw-film-command-'));
  await makeFilm(join(cwd, 'film.mp4'), { fps: 12, frames: movingSquare(2, { width: 18, height: 16 }), sound: 0.2 });
  const phases = [{ layer: 'block1_conv1', iterations: 2, learningRate: 5 }];
  await writeFile(join(cwd, 'mine.json'), JSON.stringify({ phases }));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

test('vggdraw film draws a film and reports on it', async () => {
  const how = ['--preset', 'mine.json', '--weights', 'contour', '--threads', '1'];
  const finished = await run(['film', 'film.mp4', ...how, '--json'], { cwd });
  expect(finished).toMatchObject({ code: 0 });
  expect(finished.stderr).toMatch(/drawing film\.mp4 at 18×16.*12 frames a second/);
  expect(finished.stderr).toMatch(/film-drawn\.mp4 \(2 frames in .* s, flicker \d+\.\d\d levels\)/);
  expect(events(finished)).toEqual([
    { event: 'film', size: { width: 18, height: 16 }, frames: 2, fps: 12, resumed: 0 },
    { event: 'start', provider: 'cpu', weights: 'contour:1', preset: 'mine.json' },
    { event: 'frame', index: 0, flicker: null },
    { event: 'frame', index: 1, flicker: expect.any(Number) },
    expect.objectContaining({ event: 'done', output: 'film-drawn.mp4', frames: 2, shown: 2, hasSound: true }),
  ]);
  expect((await readdir(cwd)).toSorted()).toEqual(['film-drawn.mp4', 'film.mp4', 'film.mp4.raw', 'mine.json']);
});

test('--resume goes on where frames are left, and begins where none are', async () => {
  const how = ['--preset', 'mine.json', '--weights', 'contour', '--threads', '1', '--resume', '--overwrite', '--json'];
  const finished = await runInTurn(['film', 'film.mp4', ...how], { cwd });
  expect(finished).toMatchObject({ code: 0 });
  expect(events(finished)[0]).toMatchObject({ event: 'film', resumed: 0 });
});

test('what is for photos is refused, and not in the help', async () => {
  const [refused, help] = await Promise.all([
    runInTurn(['film', 'film.mp4', '--still', 'still.png'], { cwd }),
    run(['film', '--help'], { cwd }),
  ]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^vggdraw: there is no option --still/) });
  for (const given of ['-', '/dev/stdin'])
    expect(await runInTurn(['film', given], { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not from stdin; save it first$/m),
    });
  expect(help.stdout).not.toMatch(/--still|--svg|--skip-existing/);
  expect(help.stdout.match(/--fps/g)).toHaveLength(1);
  expect(help.stdout).toContain('--resume');
});
