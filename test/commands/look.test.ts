import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPhoto } from '../../src/image/photo.js';
import { samplePath } from '../golden/drawings.js';
import { run } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-look-'));
});
afterAll(() => rm(folder, { recursive: true }));

const look = (...args: string[]) => run(['look', samplePath, ...args], { cwd: folder });
const small = ['--size', '32', '--weights', 'seeded', '--provider', 'cpu', '--threads', '1'];

describe('vggdraw look', () => {
  test('writes a sheet that is named after the photo and the layer, and prints where; --json: the numbers', async () => {
    const { code, stdout, stderr } = await look('--layer', 'conv2_1', ...small, '--json', '--quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ...{ output: 'sample-conv2_1.png', size: { width: 32, height: 24 }, layer: 'block2_conv1', weights: 'seeded:1' },
      ...{ provider: 'cpu', shape: { channels: 128, height: 12, width: 16 } },
    });
    const means = report.channels.map(({ mean }: { mean: number }) => mean);
    expect(means).toHaveLength(128);
    expect(means).toEqual(means.toSorted((a: number, b: number) => b - a));
    expect(await readPhoto(join(folder, 'sample-conv2_1.png'))).toMatchObject({ width: 1680 });
  });

  test('--channel: what excites it, as a JPEG', async () => {
    const args = ['--layer', 'block1_conv1', '--channel', '3', '-o', 'made/liked.jpg', ...small];
    const { code, stdout, stderr } = await runInTurn(['look', samplePath, ...args], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'made/liked.jpg\n' });
    expect(stderr).toMatch(/^looking at the photo\ndrawing what the channel likes\n(?:.*\n)*making the sheet\n$/);
    expect((await readFile(join(folder, 'made/liked.jpg'))).subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));
  });

  test.each([
    [
      ['--layer', 'block2_conv9'],
      /^vggdraw: --layer: unknown layer 'block2_conv9'; VGG-19 has .*; did you mean 'block2_conv\d'\?\n$/,
    ],
    [[], /^vggdraw: --layer is missing /],
    [
      ['--layer', 'block1_conv1', '--channel', '64'],
      /^vggdraw: --channel: block1_conv1 has 64 channels, from 0 to 63, and no 64\n$/,
    ],
    [
      ['--layer', 'block1_conv1', '-o', 'sheet.gif'],
      /^vggdraw: --output: give the sheet a name that ends in \.png, \.jpg, \.webp or \.avif\n$/,
    ],
    [
      ['--layer', 'block1_conv1', '-o', 'sample-conv2_1.png'],
      /^vggdraw: --output: sample-conv2_1\.png exists; add --overwrite/,
    ],
  ])('%j is refused in one line, and nothing is written', async (args, message) => {
    const before = await readdir(folder);
    const { code, stdout, stderr } = await runInTurn(['look', samplePath, ...args], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await readdir(folder)).toEqual(before);
  });
});
