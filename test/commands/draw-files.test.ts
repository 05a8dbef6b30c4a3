/** The files of a drawing in all their kinds, as a person asks for them. */
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPhoto } from '../../src/image/photo.js';
import type { Picture } from '../../src/image/picture.js';
import { readVideo } from '../../src/video/read-video.js';
import { samplePath } from '../golden/drawings.js';
import { events, start } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-files-'));
  await copyFile(samplePath, join(folder, 'photo.png'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const phases = (iterations: number) => [
  { layer: 'block1_conv2', iterations, learningRate: 20 },
  { layer: 'block1_conv1', iterations: 3, learningRate: 10 },
];

async function drawing(iterations: number): Promise<string[]> {
  await writeFile(join(folder, 'mine.json'), JSON.stringify({ phases: phases(iterations) }));
  const how = ['--size', '32', '--weights', 'contour', '--provider', 'cpu', '--threads', '1', '--preset', 'mine.json'];
  return ['draw', 'photo.png', ...how, '--json'];
}

const made = async () =>
  (await readdir(folder)).filter((name) => !/^(photo\.png|mine\.json|ffmpeg)$/.test(name)).sort();

async function framesOf(name: string): Promise<Picture[]> {
  const frames: Picture[] = [];
  for await (const frame of readVideo(join(folder, name))) frames.push(frame);
  return frames;
}

const mean = ({ rgb }: Picture): number => rgb.reduce((sum, value) => sum + value, 0) / rgb.length;

test('a GIF that goes back and forth beside the photo, a picture, a sheet and a plot', async () => {
  const names = ['-o', 'out.gif', '--still', 'still.avif', '--sheet', 'sheet.webp', '--plot', 'loss.svg'];
  const how = ['--fps', '10', '--hold', '0.3', '--reverse', '--loop', '--beside', '--square'];
  const result = await runInTurn([...(await drawing(4)), ...names, ...how], { cwd: folder });
  expect(result).toMatchObject({ code: 0 });
  expect(await made()).toEqual(['loss.svg', 'out.gif', 'sheet.webp', 'still.avif']);
  // Eight that are drawn, three that hold the finished one, and six on the way back.
  expect(events(result).at(0)).toMatchObject({ frames: 17 });
  const done = events(result).at(-1);
  expect(done).toMatchObject({
    output: 'out.gif',
    still: 'still.avif',
    sheet: 'sheet.webp',
    lossPlot: 'loss.svg',
    frames: 17,
  });

  const frames = await framesOf('out.gif');
  expect(frames).toHaveLength(17);
  const [{ width, height }] = frames as [Picture];
  expect(width).toBe(height);
  // Blank paper is at the eleventh, and it is seen only once.
  const levels = frames.map(mean);
  expect(levels.indexOf(Math.max(...levels))).toBe(10);
  expect(levels[11]!).toBeLessThan(levels[10]!);
  for (const [one, other] of [
    [0, 2],
    [9, 11],
    [5, 15],
  ] as const)
    expect(Math.abs(levels[one]! - levels[other]!)).toBeLessThan(0.3);

  const losses = events(result).flatMap(({ event, loss }) => (event === 'iteration' ? [loss] : []));
  const lines = [...(await readFile(join(folder, 'loss.svg'), 'utf8')).matchAll(/<polyline points="([^"]*)"/g)];
  expect(lines.map(([, points]) => points!.split(' ').length)).toEqual([4, losses.length - 4]);
  const still = await readPhoto(join(folder, 'still.avif'));
  expect([still.width, still.height]).toEqual([32, 24]);
  expect((await readPhoto(join(folder, 'sheet.webp'))).width).toBeGreaterThan(3 * 32);
  for (const name of ['out.gif', 'still.avif', 'sheet.webp'])
    expect((await readFile(join(folder, name))).toString('latin1')).toMatch(
      /drawn by vggdraw [\d.]+ with the preset mine\.json and the weights contour:1, 32x24/,
    );
});

test('Ctrl-C ends a GIF early, and it is whole; the drawing that goes on knows the losses before', async () => {
  const args = [...(await drawing(200)), '-o', 'out.gif', '--plot', 'loss.svg', '--fps', '20', '--hold', '0'];
  const { child, finished, printed } = start(args, { cwd: folder });
  await printed(/"index":5,/);
  child.kill('SIGINT');
  const result = await finished;
  expect(result).toMatchObject({ code: 130 });
  const { frames, endedEarly, checkpoint } = events(result).at(-1)!;
  expect([endedEarly, checkpoint]).toEqual([true, 'out.gif.checkpoint']);
  expect(await framesOf('out.gif')).toHaveLength(frames as number);

  expect(await runInTurn(['resume', 'out.gif.checkpoint', '--overwrite', '--quiet'], { cwd: folder })).toMatchObject({
    code: 0,
  });
  expect(await framesOf('out.gif')).toHaveLength(204);
  const lines = [...(await readFile(join(folder, 'loss.svg'), 'utf8')).matchAll(/<polyline points="([^"]*)"/g)];
  expect(lines.map(([, points]) => points!.split(' ').length)).toEqual([200, 3]);
  expect(await made()).toEqual(['loss.svg', 'out.gif']);
});

describe('one line, and nothing is written', () => {
  test('where ffmpeg can not encode it', async () => {
    const ffmpeg = join(folder, 'ffmpeg');
    await writeFile(ffmpeg, '#!/bin/sh\necho " V..... libx264 H.264"\n');
    await chmod(ffmpeg, 0o755);
    const args = [...(await drawing(1)), '-o', 'out.webm', '--quiet'];
    const result = await runInTurn(args, { cwd: folder, env: { FFMPEG_PATH: ffmpeg } });
    expect(result).toMatchObject({
      code: 1,
      stderr: `vggdraw: FFMPEG_PATH: ${ffmpeg} has no libvpx-vp9 encoder; name an ffmpeg that has libvpx-vp9, or unset FFMPEG_PATH\n`,
    });
    expect(await made()).toEqual([]);
  });
});
