/** Frames that a checkpoint counts come out of the log as they went in, whatever happened to the process behind them. */
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Picture } from '../../src/image/picture.js';
import { FrameLog, logBytes } from '../../src/outputs/frame-log.js';
import { integer } from '../support/random.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-frames-'));
  path = join(folder, 'frames');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const size = { width: 7, height: 5 };
const frames = Array.from({ length: 6 }, () => ({
  ...size,
  rgb: Uint8Array.from({ length: 105 }, () => integer(0, 255)),
}));

async function written(): Promise<void> {
  const log = await FrameLog.begin(path, size);
  for (const frame of frames) await log.append(frame);
  await log.close();
}

async function read(count: number): Promise<Picture[]> {
  const log = await FrameLog.reopen(path, size);
  const seen: Picture[] = [];
  try {
    for await (const frame of log.replay(count)) seen.push(frame);
    return seen;
  } finally {
    await log.close();
  }
}

test('every frame comes out as it went in', async () => {
  await written();
  expect(await read(6)).toEqual(frames);
});

test('what is behind the last frame that counts is cut off, and the log goes on from there', async () => {
  await written();
  const whole = await readFile(path);
  await appendFile(path, 'half a frame');
  const log = await FrameLog.reopen(path, size);
  for await (const _ of log.replay(4));
  expect((await stat(path)).size).toBe(logBytes(size, 4));
  for (const frame of frames.slice(4)) await log.append(frame);
  await log.close();
  expect(await readFile(path)).toEqual(whole);
});

test.each([
  ['cut', (bytes: Buffer) => bytes.subarray(0, -1)],
  ['damaged', (bytes: Buffer) => bytes.fill(bytes[200]! ^ 1, 200, 201)],
  ['empty', () => Buffer.alloc(0)],
])('one that is %s is an error', async (_, change) => {
  await written();
  await writeFile(path, change(await readFile(path)));
  await expect(read(6)).rejects.toThrow(/frame \d is cut or damaged/);
});
