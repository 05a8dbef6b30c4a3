import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countPictures } from '../../src/video/mp4.js';
import { ffmpeg } from './decoding.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-mp4-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An MP4 of 7 pictures, as ffmpeg makes it with these options. */
function make(name: string, ...options: string[]): string {
  const path = join(folder, name);
  const input = ['-f', 'lavfi', '-i', 'testsrc=size=32x32:rate=24'];
  const { status, stderr } = spawnSync(ffmpeg, [
    ...input,
    ...options,
    '-frames:v',
    '7',
    '-pix_fmt',
    'yuv420p',
    '-y',
    path,
  ]);
  if (status !== 0) throw new Error(stderr.toString());
  return path;
}
const whole = () => make('whole.mp4', '-movflags', '+faststart');

async function changed(name: string, change: (bytes: Buffer) => Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, change(await readFile(whole())));
  return path;
}

describe('countPictures', () => {
  test('counts those of a whole video', async () => {
    expect(await countPictures(whole())).toBe(7);
  });

  test('refuses an index at the end', async () => {
    await expect(countPictures(make('late.mp4'))).rejects.toThrow('its index is not in front');
  });

  test('refuses sound', async () => {
    const path = make('sound.mp4', '-f', 'lavfi', '-i', 'sine', '-movflags', '+faststart', '-shortest');
    await expect(countPictures(path)).rejects.toThrow('it has not one track');
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['a byte', () => Buffer.alloc(1)],
    ['a box of no size', () => Buffer.alloc(100)],
    ['one byte less', (bytes) => bytes.subarray(0, -1)],
    ['half of it', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['something behind it', (bytes) => Buffer.concat([bytes, Buffer.from('more')])],
    ['another first box', (bytes) => bytes.subarray(bytes.readUInt32BE(0))],
    [
      'pictures larger than their place',
      (bytes) => bytes.fill(0x7f, bytes.indexOf('stsz') + 16, bytes.indexOf('stsz') + 20),
    ],
    [
      'a table that ends too early',
      (bytes) => bytes.fill(0xff, bytes.indexOf('stsz') + 12, bytes.indexOf('stsz') + 14),
    ],
    ['a track of another kind', (bytes) => Buffer.from(bytes.toString('latin1').replace('vide', 'soun'), 'latin1')],
  ])('refuses %s', async (_, change) => {
    await expect(countPictures(await changed('changed.mp4', change))).rejects.toThrow(Error);
  });

  test('survives any byte changed', async () => {
    const bytes = await readFile(whole());
    const path = join(folder, 'one-byte.mp4');
    for (let at = 0; at < Math.min(1200, bytes.length); at += 3) {
      await writeFile(path, Buffer.from(bytes).fill(bytes[at]! ^ 0xff, at, at + 1));
      const count = await countPictures(path).catch((error: unknown) => error as Error);
      expect(typeof count === 'number' || count.message !== '').toBe(true);
    }
  });
});
