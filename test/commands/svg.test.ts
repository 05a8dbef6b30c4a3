/** What `vggdraw draw` makes of strokes beside pictures. */
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { readPhoto } from '../../src/image/photo.js';
import { samplePath } from '../golden/drawings.js';
import { events } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { psnr } from '../support/psnr.js';

const preset = {
  medium: { kind: 'strokes', count: 24, rounds: 2, width: [4, 2], lengths: [40, 90], colours: 'photo', tone: 0.3 },
  phases: [{ layers: { block1_conv1: 1 }, iterations: 4, learningRate: 1 }],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-svg-'));
  await copyFile(samplePath, join(folder, 'a <cat>.png'));
  await writeFile(join(folder, 'mine.json'), JSON.stringify(preset));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const draw = (...args: string[]) =>
  runInTurn(
    ['draw', 'a <cat>.png', '--size', '64', '--weights', 'contour:1', '--provider', 'cpu', '-o', 'out.mp4', ...args],
    { cwd: folder },
  );

const mine = ['--preset', 'mine.json'] as const;
const made = async () => (await readdir(folder)).filter((name) => !/^(a <cat>\.png|mine\.json)$/.test(name)).sort();
const text = (name: string) => readFile(join(folder, name), 'utf8');

test('SVGs of the finished strokes, one of which draws itself as long as the video does', async () => {
  const outputs = ['--still', 'still.png', '--svg', 'still.svg', '--svg-animated', 'moving.svg'];
  const result = await draw(...mine, ...outputs, '--seconds', '3', '--json');
  expect(result).toMatchObject({ code: 0 });
  expect(events(result).at(-1)).toMatchObject({ event: 'done', svg: 'still.svg', svgAnimated: 'moving.svg' });
  expect(await made()).toEqual(['moving.svg', 'out.mp4', 'still.png', 'still.svg']);
  const still = await readPhoto(join(folder, 'still.png'));
  for (const name of ['still.svg', 'moving.svg']) {
    const svg = await text(name);
    expect(svg).toContain('<title>a &#60;cat&#62;</title>');
    expect(svg).toMatch(
      /<desc>24 strokes, drawn by vggdraw [\d.]+ with the preset mine\.json and the weights contour:1, \d+x\d+<\/desc>/,
    );
    expect(psnr(await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer(), still.rgb, 255)).toBeGreaterThan(32);
  }
  const moving = await text('moving.svg');
  const way = [...moving.matchAll(/--l:(\d+)/g)].reduce((sum, [, length]) => sum + Number(length), 0);
  expect((way * Number(/--pace:([\d.]+)ms/.exec(moving)![1])) / 3000).toBeCloseTo(1, 2);
});

test('--svg-style centreline writes lines', async () => {
  expect(await draw(...mine, '--svg', 'lines.SVG', '--svg-style', 'centreline')).toMatchObject({ code: 0 });
  expect(await text('lines.SVG')).toContain('fill="none" stroke-linecap="round"');
});

describe('one line, and nothing is written', () => {
  test.each<[string, string[], RegExp]>([
    ['another ending', [...mine, '--svg', 'a.png'], /^vggdraw: --svg: .*ends in \.svg/],
    [
      'another ending of an animated one',
      [...mine, '--svg-animated', 'a.gif'],
      /^vggdraw: --svg-animated: .*ends in \.svg/,
    ],
    [
      'a style that there is not',
      [...mine, '--svg', 'a.svg', '--svg-style', 'outlin'],
      /--svg-style: .*did you mean 'outline'/,
    ],
    ['a style of no SVG', [...mine, '--svg-style', 'outline'], /--svg-style: there is no SVG/],
    [
      'one file twice',
      [...mine, '--svg', 'a.svg', '--svg-animated', './a.svg'],
      /--svg: a\.svg is what --svg-animated/,
    ],
    ['the video’s name', [...mine, '--svg', 'out.mp4/a.svg'], /--svg: .*out\.mp4/],
    ['a preset of pixels', ['--preset', 'pencil', '--svg', 'a.svg'], /--svg: the preset draws with pixels/],
    [
      'a preset of pixels, animated',
      ['--preset', 'pencil', '--svg-animated', 'a.svg'],
      /--svg-animated: the preset draws with pixels/,
    ],
  ])('%s', async (_, args, message) => {
    const result = await draw(...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trimEnd()).not.toContain('\n');
    expect(await made()).toEqual([]);
  });
});
