import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { plain } from '../../src/image/paste.js';
import { openTimeLapse } from '../../src/outputs/time-lapse.js';
import { readVideo } from '../../src/video/read-video.js';
import { framesOfCourse } from '../../src/video/time-lapse.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-lapse-'));
});
afterEach(() => rm(folder, { recursive: true }));

const [width, height] = [16, 16];
const grey = (level: number) => plain(width, height, [level, level, level]);
/** Eight frames as eight. */
const pace = { drawn: 8, shown: 8, fps: 10, held: 2 };
const frames = [250, 220, 190, 160, 130, 100, 70, 40];
const finished = 10;

/** The levels of the frames of a video. */
async function shown(course: { reverse: boolean; loop: boolean }, drawn: readonly number[], paced = pace) {
  const path = join(folder, 'video.gif');
  const dress = { mount: undefined, comment: 'a test' };
  const output = await openTimeLapse(path, { width, height, pace: paced, course, dress, overwrite: true });
  try {
    for (const level of drawn) await output.add(grey(level));
    await output.finish({ picture: grey(finished), strokes: undefined, losses: [] });
    await output.commit();
  } finally {
    await output.discard();
  }
  expect(await readdir(folder)).toEqual(['video.gif']);
  const levels: number[] = [];
  for await (const { rgb } of readVideo(path)) levels.push(rgb[0]!);
  expect(levels).toHaveLength(framesOfCourse(paced, drawn.length, course));
  return levels;
}

const back = frames.toReversed();

test.each([
  ['forth', { reverse: false, loop: false }, [...frames, finished, finished]],
  ['back', { reverse: true, loop: false }, [finished, finished, ...back]],
  ['forth and back', { reverse: false, loop: true }, [...frames, finished, finished, ...back.slice(1, -1)]],
  ['back and forth', { reverse: true, loop: true }, [finished, finished, ...back, ...frames.slice(1, -1)]],
])('a video that goes %s', async (_, course, levels) => {
  // Dithered to 255 colours.
  expect(await shown(course, frames)).toEqual(levels.map((level) => expect.closeTo(level, -1)));
});

test('a drawing that ended early goes back as far as it came, and with nothing drawn there is the paper', async () => {
  const course = { reverse: true, loop: true };
  const longer = { ...pace, drawn: 8, shown: 15 };
  const levels = await shown(course, frames.slice(0, 3), longer);
  expect(levels).toEqual([10, 10, 190, 205, 220, 235, 250, 235, 220, 205].map((level) => expect.closeTo(level, -1)));
  expect(await shown(course, frames.slice(0, 1), longer)).toEqual(
    [10, 10, 250].map((level) => expect.closeTo(level, -1)),
  );
});
