import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkFrameFolder, openFrameFolder } from '../../src/outputs/frames.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-frames-'));
});
afterEach(() => rm(folder, { recursive: true }));

const picture = { width: 2, height: 1, rgb: Uint8Array.of(1, 2, 3, 4, 5, 6) };

async function fill(name: string, ...files: string[]): Promise<string> {
  await mkdir(join(folder, name));
  for (const file of files) await writeFile(join(folder, name, file), 'old');
  return join(folder, name);
}

/** Draws two frames into a folder. @returns the name it got. */
async function draw(path: string, overwrite: boolean, meanwhile?: () => Promise<unknown>): Promise<string> {
  checkFrameFolder(path, overwrite);
  const frames = openFrameFolder(path, overwrite);
  for (let i = 0; i < 2; i++) await frames.add(picture);
  await meanwhile?.();
  const name = await frames.commit();
  await frames.discard();
  return name;
}

const drawn = ['frame-00000.png', 'frame-00001.png'];

describe('frames', () => {
  test.each([true, false])('get a folder that is not there, or empty (overwrite: %s)', async (overwrite) => {
    for (const path of [join(folder, 'new'), await fill('empty')]) {
      expect(await draw(path, overwrite)).toBe(path);
      expect(await readdir(path)).toEqual(drawn);
    }
    expect((await readdir(folder)).sort()).toEqual(['empty', 'new']);
  });

  test('replace those of an earlier drawing, all of them', async () => {
    const path = await fill('frames', 'frame-00000.png', 'frame-00007.png', '.DS_Store');
    expect(() => checkFrameFolder(path, false)).toThrow(/frames has frames in it; set overwrite to replace it/);
    expect(await draw(path, true)).toBe(path);
    expect(await readdir(path)).toEqual(drawn);
    expect(await readdir(folder)).toEqual(['frames']);
  });

  test('are put where a link leads', async () => {
    const path = await fill('frames', 'frame-00000.png');
    await symlink('frames', join(folder, 'link'));
    expect(await draw(join(folder, 'link'), true)).toBe(join(folder, 'link'));
    expect(await readdir(path)).toEqual(drawn);
    expect((await readdir(folder)).sort()).toEqual(['frames', 'link']);
  });

  test.each(['notes.txt', 'frame-1.png', 'frame-00000.png.bak', '.hidden'])(
    'are not put where %s is, which no drawing made',
    async (name) => {
      const path = await fill('frames', 'frame-00000.png', name);
      for (const overwrite of [true, false]) {
        expect(() => checkFrameFolder(path, overwrite)).toThrow(`${path} has ${name} in it, which is no frame`);
      }
    },
  );

  test('nor where a folder has the name of a frame', async () => {
    const path = await fill('frames');
    await mkdir(join(path, 'frame-00000.png'));
    expect(() => checkFrameFolder(path, true)).toThrow('which is no frame');
  });

  test('lie beside what has come into the folder meanwhile', async () => {
    const path = await fill('frames', 'frame-00000.png');
    expect(await draw(path, true, () => writeFile(join(path, 'notes.txt'), 'mine'))).toBe(`${path} (2)`);
    expect(await readdir(`${path} (2)`)).toEqual(drawn);
    expect(await readFile(join(path, 'frame-00000.png'), 'utf8')).toBe('old');
    expect((await readdir(path)).sort()).toEqual(['frame-00000.png', 'notes.txt']);
  });

  test.each(['.', '..', '/'])('are not put where you are, or above: %s', (path) => {
    expect(() => checkFrameFolder(path, true)).toThrow();
  });

  test('are not put where a disk is mounted', () => {
    if (process.platform === 'linux')
      expect(() => checkFrameFolder('/dev/shm', true)).toThrow(/in it, which is no frame|a disk of its own/);
  });
});
