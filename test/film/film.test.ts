/** A film in, its drawn film out. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type FilmEvent, type FilmJob, runFilm } from '../../src/film/film.js';
import { describeFilm, makeFilm, movingSquare, turn } from '../support/films.js';
import { readVideo } from '../support/video.js';

let folder: string;
const at = (name: string) => join(folder, name);
const frames = movingSquare(6, { width: 20, height: 16 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-film-'));
  const phases = [{ layer: 'block1_conv1', iterations: 4, learningRate: 5, ink: 0.1 }];
  await writeFile(at('mine.json'), JSON.stringify({ canvas: { colours: 'grey' }, phases }));
  // At twice the frames a second that are drawn.
  await makeFilm(at('film.mp4'), { fps: 24, frames, sound: 0.25 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const jobOf = (more: Partial<FilmJob> = {}): FilmJob => ({
  ...{ film: at('film.mp4'), output: at('drawn.mp4'), preset: at('mine.json'), style: [], size: 20 },
  ...{ weights: 'contour', provider: 'cpu', threads: 1, keepColours: false, exact: false },
  ...{ fps: 12, fresh: false, overwrite: true, resume: false, ...more },
});

async function run(more: Partial<FilmJob> = {}, signal?: AbortSignal, watch?: (event: FilmEvent) => void) {
  const events: FilmEvent[] = [];
  for await (const event of runFilm(jobOf(more), signal)) {
    events.push(event);
    watch?.(event);
  }
  const done = events.at(-1)!;
  if (done.kind !== 'done') throw new Error('it is not done');
  return { events, done };
}

describe('a film', () => {
  let whole: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    whole = await run({ output: at('whole.mp4') });
  });

  test('is drawn frame by frame, with its sound, and leaves nothing else', async () => {
    const { done, events } = whole;
    expect(done).toMatchObject({ frames: 3, shown: 3, hasSound: true, endedEarly: false, work: undefined });
    expect(events.flatMap((event) => (event.kind === 'drawn' ? event.index : []))).toEqual([0, 1, 2]);
    const { frames: shown, width, height } = await readVideo(at('whole.mp4'));
    expect([shown.length, width, height]).toEqual([3, 20, 16]);
    const said = await describeFilm(at('whole.mp4'));
    expect(said).toMatch(/Audio: aac/);
    expect(said).toMatch(/12 fps/);
    expect(Number(/Duration: 00:00:(\d\d\.\d\d)/.exec(said)![1])).toBeCloseTo(0.25, 1);
    expect(existsSync(at('whole.mp4.work'))).toBe(false);
  });

  test('that is interrupted is finished with what there is, and gone on with to the same film', async () => {
    const controller = new AbortController();
    const early = await run({}, controller.signal, ({ kind }) => kind === 'drawn' && controller.abort());
    expect(early.done).toMatchObject({ frames: 1, endedEarly: true, work: at('drawn.mp4.work') });
    expect((await readVideo(at('drawn.mp4'))).frames).toHaveLength(1);
    const again = { overwrite: false, output: at('drawn.mp4') };
    await expect(run(again)).rejects.toThrow(
      /drawn\.mp4\.work has frames of a film that is not finished; the option resume with the option overwrite goes on/,
    );
    await expect(run({ ...again, resume: true })).rejects.toThrow(/drawn\.mp4 exists/);
    await expect(run({ resume: true, iterations: 4 })).rejects.toThrow(/resume: .*other options/);
    const { done, events } = await run({ resume: true });
    expect(events.find(({ kind }) => kind === 'planned')).toMatchObject({ frames: 3, drawn: 1 });
    expect(done).toMatchObject({ frames: 3, endedEarly: false, flicker: whole.done.flicker });
    expect(await readFile(at('drawn.mp4'))).toEqual(await readFile(at('whole.mp4')));
  });

  test('may begin with how its first frame was drawn, while it is silent', async () => {
    const { done } = await run({ opening: 0.5, from: 0.08, to: 0.2 });
    expect(done).toMatchObject({ frames: 2, shown: 8, hasSound: true });
    const said = await describeFilm(at('drawn.mp4'));
    expect(Number(/Duration: 00:00:(\d\d\.\d\d)/.exec(said)![1])).toBeCloseTo(8 / 12, 1);
  });

  test('of uneven times has a frame for each twelfth of a second, and one that lies on its side is turned', async () => {
    await makeFilm(at('uneven.mkv'), {
      ...{ fps: 24, frames },
      more: ['-vf', 'setpts=if(gte(N\\,3)\\,N+6\\,N)/24/TB', '-vsync', 'vfr'],
    });
    await makeFilm(at('turned.mp4'), { fps: 24, frames });
    await turn(at('turned.mp4'));
    const { events } = await run({ film: at('uneven.mkv') });
    expect(events.find(({ kind }) => kind === 'planned')).toMatchObject({ frames: 6 });
    const turned = await run({ film: at('turned.mp4'), to: 0.1 });
    expect(turned.events.find(({ kind }) => kind === 'planned')).toMatchObject({ size: { width: 16, height: 20 } });
    expect(turned.done.hasSound).toBe(false);
  });

  test('whose pixels are no squares is as wide as it is shown', async () => {
    await makeFilm(at('wide.mp4'), { fps: 24, frames, more: ['-vf', 'setsar=2'] });
    await makeFilm(at('tall.mp4'), { fps: 24, frames, more: ['-vf', 'setsar=1/2'] });
    const sized = async (name: string) =>
      (await run({ film: at(name), size: 64, to: 0.1 })).events.find(({ kind }) => kind === 'planned');
    expect(await sized('wide.mp4')).toMatchObject({ size: { width: 40, height: 16 } });
    expect(await sized('tall.mp4')).toMatchObject({ size: { width: 20, height: 32 } });
  });
});

test('a film whose frames have no room on the disk is refused before it is drawn', async () => {
  const real = await import('node:fs/promises');
  jest.resetModules();
  jest.unstable_mockModule('node:fs/promises', () => ({
    ...real,
    statfs: async () => ({ blocks: 9, bavail: 1, bsize: 500 }),
  }));
  const full: typeof import('../../src/film/film.js') = await import('../../src/film/film.js');
  const events = full.runFilm(jobOf({ output: at('full.mp4') }));
  const all = async () => {
    for await (const _ of events);
  };
  // Three frames of 20×16.
  await expect(all()).rejects.toThrow('output: what is drawn takes 1 kB or more, and');
  expect(existsSync(at('full.mp4.work'))).toBe(false);
});

test('a film that is over before half of the time between two drawn frames has its first one', async () => {
  await makeFilm(at('short.mp4'), { fps: 30, frames: frames.slice(0, 1) });
  const { done } = await run({ film: at('short.mp4'), output: at('short-drawn.mp4') });
  expect(done).toMatchObject({ frames: 1, shown: 1 });
  expect((await readVideo(at('short-drawn.mp4'))).frames).toHaveLength(1);
});

describe('what is no film', () => {
  beforeAll(async () => {
    await makeFilm(at('sound.mp4'), { fps: 24, frames, sound: 1, more: ['-vn'] });
    await writeFile(at('text.mp4'), 'a film of words');
    await writeFile(at('empty.mp4'), '');
    await makeFilm(at('cut.mkv'), { fps: 24, frames });
    await truncate(at('cut.mkv'), 1000);
  });

  test.each<[string, RegExp, Partial<FilmJob>]>([
    ['none.mp4', /can't read the film .*none\.mp4: there is no such file/, {}],
    ['text.mp4', /it is no film; give an MP4/, {}],
    ['empty.mp4', /the file is empty/, {}],
    ['', /it is no file; .* not from stdin; save it first/, {}],
    ['sound.mp4', /can't read the video .*sound\.mp4: it has no pictures; give one that has$/, {}],
    ['cut.mkv', /can't read the video .*cut\.mkv: it is cut; get a whole copy of it$/, {}],
    ['film.mp4', /from: the film has no frames after 9 seconds/, { from: 9 }],
    ['film.mp4', /to: it has to be more than 2/, { from: 2, to: 1 }],
    ['film.mp4', /iterations: the preset has 2 phases/, { preset: 'pencil', iterations: 1 }],
    ['film.mp4', /output: .*is the film/, { output: 'film.mp4' }],
  ])('%s: %s', async (name, message, more) => {
    const output = at(more.output ?? 'none-drawn.mp4');
    await expect(run({ ...more, film: at(name), output })).rejects.toThrow(message);
    expect(existsSync(at('none-drawn.mp4'))).toBe(false);
    expect(existsSync(at('none-drawn.mp4.work'))).toBe(false);
  });
});
