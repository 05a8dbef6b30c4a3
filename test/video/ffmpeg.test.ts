import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { findFfmpeg } from '../../src/video/ffmpeg.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-ffmpeg-'));
});
afterAll(() => rm(folder, { recursive: true }));

const { PATH, FFMPEG_PATH } = process.env;
afterEach(() => {
  process.env.PATH = PATH;
  if (FFMPEG_PATH === undefined) delete process.env.FFMPEG_PATH;
  else process.env.FFMPEG_PATH = FFMPEG_PATH;
});

/** A program `ffmpeg`, in a folder of its own, that lists one encoder. */
const fakeFfmpeg = (encoder: string): Promise<string> => program(`echo ' V....D ${encoder}  H.264 / AVC'`);

async function program(does: string): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'bin-')), 'ffmpeg');
  await writeFile(path, `#!/bin/sh\n${does}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('findFfmpeg takes', () => {
  test("FFMPEG_PATH's before all others", async () => {
    process.env.FFMPEG_PATH = await fakeFfmpeg('libx264');
    expect(await findFfmpeg()).toBe(process.env.FFMPEG_PATH);
  });

  test('the one in PATH, if FFMPEG_PATH is not set or empty', async () => {
    const [first, second] = [await fakeFfmpeg('libx264'), await fakeFfmpeg('libx264')];
    process.env.PATH = [folder, dirname(first), dirname(second)].join(delimiter);
    delete process.env.FFMPEG_PATH;
    expect(await findFfmpeg()).toBe(first);
    process.env.FFMPEG_PATH = '';
    expect(await findFfmpeg()).toBe(first);
  });

  test('the bundled one, if the one in PATH has no libx264', async () => {
    process.env.PATH = dirname(await fakeFfmpeg('libopenh264'));
    delete process.env.FFMPEG_PATH;
    expect(await findFfmpeg()).toMatch(/node_modules.@ffmpeg-installer.*ffmpeg(\.exe)?$/);
  });

  test('the next one, if the first does not answer', async () => {
    const [first, second] = [await program('sleep 60; true'), await fakeFfmpeg('libx264')];
    process.env.PATH = [dirname(first), dirname(second), PATH].join(delimiter);
    delete process.env.FFMPEG_PATH;
    expect(await findFfmpeg(1)).toBe(second);
  });

  test('the bundled one, if there is none in PATH', async () => {
    process.env.PATH = folder;
    delete process.env.FFMPEG_PATH;
    expect(await findFfmpeg()).toMatch(/node_modules.@ffmpeg-installer.*ffmpeg(\.exe)?$/);
  });
});

describe('findFfmpeg says what to do', () => {
  test.each([
    ['does not exist', async () => join(folder, 'missing')],
    ['is not a program that may be run', async () => folder],
    [
      'is not a program that may be run',
      async () => {
        const path = await fakeFfmpeg('libx264');
        await chmod(path, 0o644);
        return path;
      },
    ],
    ['has no libx264 encoder', () => fakeFfmpeg('libopenh264')],
    ['does not work as ffmpeg', async () => '/bin/false'],
    ['does not work as ffmpeg', () => program('yes libx264')],
    ['does not answer', () => program('sleep 60; true')],
  ])('about an FFMPEG_PATH that %s', async (fault, path) => {
    process.env.FFMPEG_PATH = await path();
    await expect(findFfmpeg(1)).rejects.toThrow(
      `FFMPEG_PATH: ${process.env.FFMPEG_PATH} ${fault}; name an ffmpeg that has libx264, or unset FFMPEG_PATH`,
    );
    await expect(findFfmpeg(1)).rejects.toBeInstanceOf(InputError);
  });

  test('where there is none, nor one for this system', async () => {
    jest.resetModules();
    jest.unstable_mockModule('@ffmpeg-installer/ffmpeg', () => {
      throw 'Unsupported platform/architecture: plan9-mips';
    });
    process.env.PATH = folder;
    delete process.env.FFMPEG_PATH;
    const fresh = await import('../../src/video/ffmpeg.js');
    await expect(fresh.findFfmpeg()).rejects.toThrow(
      'found no ffmpeg with libx264; install it (apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg) or set FFMPEG_PATH',
    );
  });
});
