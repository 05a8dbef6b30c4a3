/** Whether a video is cut. */
import { appendFile, copyFile, mkdtemp, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isCut } from '../../src/video/cut.js';
import { readVideo } from '../../src/video/read-video.js';
import { makeFilm, movingSquare } from '../support/films.js';

let folder: string;
const at = (name: string) => join(folder, name);
const frames = movingSquare(12, { width: 20, height: 16 });

const kinds: readonly (readonly [string, readonly string[]])[] = [
  ['video.mkv', []],
  ['video.webm', []],
  // As browsers record it: nothing says how long the whole is.
  ['live.webm', ['-live', '1']],
  ['video.avi', []],
  ['video.gif', []],
  ['video.mp4', ['-movflags', '+faststart']],
  ['parts.mp4', ['-g', '4', '-movflags', '+frag_keyframe+empty_moov']],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-cut-'));
  for (const [name, more] of kinds) await makeFilm(at(name), { fps: 24, frames, more });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(kinds)('%s', (name) => {
  test('is whole', async () => {
    expect(await isCut(at(name))).toBe(false);
    await symlink(at(name), at(`link-to-${name}`));
    expect(await isCut(at(`link-to-${name}`))).toBe(false);
  });

  test.each([0.5, 0.9])('is cut where %p of it is left', async (share) => {
    await copyFile(at(name), at('cut'));
    await truncate(at('cut'), Math.floor(share * (await stat(at(name))).size));
    expect(await isCut(at('cut'))).toBe(true);
    await expect(readVideo(at('cut')).next()).rejects.toThrow(
      /can't read the video .*cut: it is cut; get a whole copy/,
    );
  });
});

test('what a camera puts behind an MP4 is nothing that would be missing', async () => {
  await copyFile(at('video.mp4'), at('more.mp4'));
  await appendFile(at('more.mp4'), Buffer.from('\x7fmore of a camera, as it likes'));
  expect(await isCut(at('more.mp4'))).toBe(false);
});

test('an AVI whose beginning counts itself is whole', async () => {
  await copyFile(at('video.avi'), at('counted.avi'));
  const { size } = await stat(at('counted.avi'));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(size);
  await writeFile(at('counted.avi'), Buffer.concat([Buffer.from('RIFF'), length]), { flag: 'r+' });
  expect(await isCut(at('counted.avi'))).toBe(false);
});

test('what is no video is not cut', async () => {
  await writeFile(at('text.mp4'), 'a film of words, which is whole');
  expect(await Promise.all(['text.mp4', 'none.mp4', '.'].map((name) => isCut(at(name))))).toEqual([
    ...[false, false, false],
  ]);
});
