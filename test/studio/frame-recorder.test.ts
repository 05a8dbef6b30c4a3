import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FrameRecorder } from '../../src/studio/frame-recorder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-frames-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const picture = (side = 8) => ({ width: side, height: side, rgb: new Uint8Array(3 * side * side).fill(200) });
const namesIn = async () => (await readdir(folder)).sort();
const keptAs = (name: string) => readFile(join(folder, name));

test('it keeps frames that come in their time, and a later process finds them', async () => {
  const kept: number[] = [];
  const recorder = new FrameRecorder(folder, (index) => kept.push(index));
  for (const index of [0, 1, 2]) {
    recorder.add(index, picture(), 3);
    await recorder.settled();
  }
  expect(kept).toEqual([0, 1, 2]);
  const later = new FrameRecorder(folder);
  await later.restore();
  expect(later.last).toBe(2);
  expect(await later.read(1)).toEqual(await keptAs('000001.jpg'));
});

test('of frames that come faster than they are written it keeps the last, and asks nobody to wait', async () => {
  const recorder = new FrameRecorder(folder);
  for (let index = 0; index < 50; index++) recorder.add(index, picture(8 + index), 50);
  await recorder.settled();
  expect(await namesIn()).toEqual(['000000.jpg', '000049.jpg']);
  // What is asked for between them is the one before.
  expect(await recorder.read(30)).toEqual(await keptAs('000000.jpg'));
  expect(await recorder.read(49)).toEqual(await keptAs('000049.jpg'));
});

test('of a drawing with more than there is room for it keeps one of several, the last in any case', async () => {
  const recorder = new FrameRecorder(folder);
  const frames = 800;
  // Larger than is kept: 400 such frames there are at the most.
  for (const index of [0, 1, 2, 3, frames - 1]) {
    recorder.add(index, picture(1100), frames);
    await recorder.settled();
  }
  expect(await namesIn()).toEqual(['000000.jpg', '000002.jpg', '000799.jpg']);
});

test('where it can’t write the drawing goes on', async () => {
  const recorder = new FrameRecorder(join(folder, 'gone'));
  recorder.add(0, picture(), 1);
  await recorder.settled();
  expect(await recorder.read(0)).toBeUndefined();
});
