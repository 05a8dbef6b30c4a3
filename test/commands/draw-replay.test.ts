/** What the command makes of finished strokes beside pictures: a replay, a sheet of steps, a still of another size. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPhoto } from '../../src/image/photo.js';
import { fitLongestSide } from '../../src/image/resize.js';
import { meanDifference, samplePath } from '../golden/drawings.js';
import { events, start } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { readVideo } from '../support/video.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-replay-'));
  await writeFile(join(folder, 'strokes.json'), JSON.stringify(preset));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Strokes that are quickly drawn. */
const preset = {
  medium: { kind: 'strokes', count: 30, rounds: 2, width: [6, 4], lengths: [40, 90], colours: 'photo', tone: 0.3 },
  phases: [{ layer: 'block1_conv1', iterations: 4, learningRate: 8, colour: 1 }],
};

const drawArgs = (...more: string[]): string[] => [
  ...['draw', samplePath, '--preset', 'strokes.json', '--size', '64', '--weights', 'contour:1', '--provider', 'cpu'],
  ...['-o', 'out.mp4', ...more],
];

const leftIn = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name !== 'strokes.json').sort();

test('the replay goes from blank paper to the still, in its own time', async () => {
  const outputs = [
    '--replay',
    'replay.mp4',
    '--still',
    'still.png',
    '--seconds',
    '1.5',
    '--fps',
    '20',
    '--hold',
    '0.5',
  ];
  const result = await runInTurn(drawArgs(...outputs, '--json'), { cwd: folder });
  expect(result).toMatchObject({ code: 0 });
  expect(events(result).at(-1)).toMatchObject({ event: 'done', output: 'out.mp4', replay: 'replay.mp4' });
  const [video, still] = [await readVideo(join(folder, 'replay.mp4')), await readPhoto(join(folder, 'still.png'))];
  expect(video).toMatchObject({ width: 64, height: 48, codec: 'h264', pixelFormat: 'yuv420p' });
  expect(video.frames).toHaveLength(30 + 10);
  expect(video.frames[0]!.rgb.every((value) => value >= 253)).toBe(true);
  const distances = video.frames.map((frame) => meanDifference(frame, still));
  expect(distances[0]).toBeGreaterThan(5);
  // The codec halves the resolution of colours, which costs a grey level.
  expect(distances[29]).toBeLessThan(1.7);
  expect(distances.at(-1)).toBeLessThan(1.7);
  expect(distances[10]).toBeGreaterThan(distances[20]!);
  expect(await leftIn()).toEqual(['out.mp4', 'replay.mp4', 'still.png']);
});

test('with --fps alone it takes eight seconds, though the other video shows each frame once', async () => {
  const result = await runInTurn(drawArgs('--replay', 'replay.mp4', '--fps', '10', '--hold', '0', '--json'), {
    cwd: folder,
  });
  expect(events(result).at(-1)).toMatchObject({ frames: 5 });
  expect((await readVideo(join(folder, 'replay.mp4'))).frames).toHaveLength(80);
});

test.each([
  ['steps.pdf', '%PDF-'],
  ['steps.PNG', '\x89PNG'],
])('the steps are a sheet: %s', async (name, beginning) => {
  expect(await runInTurn(drawArgs('--steps', name, '--quiet'), { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
  expect((await readFile(join(folder, name))).toString('latin1', 0, beginning.length)).toBe(beginning);
  expect(await leftIn()).toEqual(['out.mp4', name]);
});

test('the still may be larger than the drawing, or smaller', async () => {
  for (const size of [500, 30]) {
    const args = drawArgs('--still', 'still.png', '--still-size', String(size), '--frames', 'frames', '--overwrite');
    expect(await runInTurn(args, { cwd: folder })).toMatchObject({ code: 0 });
    const still = await readPhoto(join(folder, 'still.png'));
    expect([still.width, still.height]).toEqual([size, Math.round(0.75 * size)]);
    const last = await readPhoto(join(folder, 'frames', 'frame-00004.png'));
    // The same drawing: what is left between them are edges.
    const [small, other] = await Promise.all([still, last].map((picture) => fitLongestSide(picture, 30)));
    expect(meanDifference(small!, other!)).toBeLessThan(8);
  }
});

test('Ctrl-C twice while the replay is made: it stops at once and leaves nothing but the checkpoint', async () => {
  // A replay of 15 minutes takes its time.
  const args = drawArgs('--replay', 'replay.mp4', '--still', 'still.png', '--seconds', '900', '--json');
  const { child, finished, printed } = start(args, { cwd: folder });
  await printed(/"index":4,/);
  await printed(/finishing the video/);
  child.kill('SIGINT');
  await printed(/Ctrl-C again stops at once/);
  child.kill('SIGINT');
  const { code, signal } = await finished;
  expect(signal === null ? code : signal).toBe(signal === null ? 130 : 'SIGINT');
  expect(await leftIn()).toEqual(['out.mp4.checkpoint', 'out.mp4.checkpoint.frames']);
}, 240_000);

describe('what is at fault is said in one line, and nothing is written', () => {
  test.each<[string, string[], RegExp]>([
    ['a replay of no known kind', ['--replay', 'r.avi'], /^--replay: give the video a name that ends in \.mp4, \.webm/],
    ['steps that are neither', ['--steps', 's.svg'], /^--steps: the steps are a PDF or a PNG; give them a name/],
    ['a size without a still', ['--still-size', '500'], /^--still-size: it is of use with a finished picture only/],
    ['a size of nothing', ['--still', 's.png', '--still-size', '0'], /^--still-size: expected 1 or more, not 0/],
    ['a size too large', ['--still', 's.png', '--still-size', '16385'], /^--still-size: expected 16384 or less/],
    ['a size that is none', ['--still', 's.png', '--still-size', 'A4'], /^--still-size: expected a number, not 'A4'/],
    ['one file twice', ['--replay', './out.mp4'], /is what --replay names, too; choose another name/],
    ['one picture twice', ['--still', 's.png', '--steps', 's.png'], /is what --steps names, too/],
    [
      'pixels, replayed',
      ['--replay', 'r.mp4', '--preset', 'ink'],
      /^--replay: the preset draws with pixels; choose one/,
    ],
    ['pixels, in steps', ['--steps', 's.pdf', '--preset', 'ink'], /^--steps: the preset draws with pixels/],
    [
      'pixels, enlarged',
      ['--still', 's.png', '--still-size', '9', '--preset', 'ink'],
      /^--still-size: the preset draws/,
    ],
  ])('%s', async (_, more, message) => {
    const before = await readdir(folder);
    const result = await runInTurn(drawArgs(...more), { cwd: folder });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
    expect(result.stderr.replace('vggdraw: ', '')).toMatch(message);
    expect(await readdir(folder)).toEqual(before);
  });
});
