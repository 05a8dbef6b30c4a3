import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Criterion, compareFrames } from '../../src/compare/compare.js';
import { figuresOf } from '../../src/compare/figures.js';
import { openFrames } from '../../src/compare/frames.js';
import { heatMap } from '../../src/compare/heat-map.js';
import { plotFigures } from '../../src/compare/plot.js';
import { checkReportFolder, writeReport } from '../../src/compare/report.js';
import { encodePng } from '../../src/image/encode-png.js';
import { readPhoto } from '../../src/image/photo.js';
import type { Picture } from '../../src/image/picture.js';
import { openVideo } from '../../src/video/video.js';
import { uniforms } from '../support/random.js';

const side = 16;
const noises = [1, 2, 3].map(() => Uint8Array.from(uniforms([3 * side * side], 0, 250)));
/** One of three. */
const noise = (number: number): Picture => ({ width: side, height: side, rgb: noises[number - 1]! });
const grey = (level: number, width = side): Picture => ({
  width,
  height: side,
  rgb: new Uint8Array(3 * side * width).fill(level),
});
/** With the green of the second pixel one level lighter. */
function altered(picture: Picture): Picture {
  const rgb = picture.rgb.slice();
  rgb[4]!++;
  return { ...picture, rgb };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-compare-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function frames(name: string, pictures: readonly Picture[]): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [i, picture] of pictures.entries()) await writeFile(join(path, `f-${i}.png`), await encodePng(picture));
  return path;
}

async function video(name: string, pictures: readonly Picture[]): Promise<string> {
  const path = join(folder, name);
  const { width, height } = pictures[0]!;
  const writer = await openVideo({ path, width, height, fps: 30 });
  for (const { rgb } of pictures) await writer.write(rgb);
  await writer.finish();
  return path;
}

const equal: Criterion = { kind: 'tolerance', bound: 0 };
const compare = async (one: string, other: string, criterion = equal) =>
  compareFrames(await openFrames(one), await openFrames(other), criterion);

describe('figures', () => {
  test('of a picture and itself: PSNR has no end', () => {
    expect(figuresOf(noise(1), noise(1))).toEqual({
      greatest: 0,
      differing: 0,
      psnr: Number.POSITIVE_INFINITY,
      ssim: 1,
    });
  });

  test('of one level in one value of one pixel', () => {
    const { greatest, differing, psnr, ssim } = figuresOf(noise(1), altered(noise(1)));
    expect([greatest, differing]).toEqual([1, 1]);
    // The mean square is 1 / (3 · 256).
    expect(psnr).toBeCloseTo(10 * Math.log10(255 ** 2 * 3 * side ** 2), 10);
    expect(ssim).toBeLessThan(1);
    expect(ssim).toBeGreaterThan(0.9999);
  });

  test('of two greys they are what the formulas say', () => {
    const { greatest, psnr, ssim } = figuresOf(grey(100), grey(140));
    expect(greatest).toBe(40);
    expect(psnr).toBeCloseTo(20 * Math.log10(255 / 40), 10);
    // Variances are 0: what is left is luminance, with C1 = (0.01 · 255)². Luminance is 0.9999 of a grey there, hence the digits.
    const c = 2.55 ** 2;
    expect(ssim).toBeCloseTo((2 * 100 * 140 + c) / (100 ** 2 + 140 ** 2 + c), 4);
  });

  test('of pictures that are smaller than the window of SSIM', () => {
    const small = (level: number) => ({ width: 3, height: 2, rgb: new Uint8Array(18).fill(level) });
    expect(figuresOf(small(100), small(100 + 40)).ssim).toBeCloseTo(figuresOf(grey(100), grey(140)).ssim, 6);
  });
});

describe('frames are compared', () => {
  test('of a folder with itself: within', async () => {
    const path = await frames('a', [noise(1), noise(2)]);
    const { outside, worst, frames: compared } = await compare(path, path);
    expect([outside, worst]).toEqual([[], []]);
    expect(compared.map(({ name, psnr }) => [name, psnr])).toEqual([
      ['f-0.png', Number.POSITIVE_INFINITY],
      ['f-1.png', Number.POSITIVE_INFINITY],
    ]);
  });

  test('one level off in one pixel: outside with tolerance 0, within 1', async () => {
    const one = await frames('a', [noise(1), noise(2)]);
    const other = await frames('b', [noise(1), altered(noise(2))]);
    const { outside, worst } = await compare(one, other);
    expect(outside).toEqual(['1 of 2 frames differ by more than 0 levels, the worst is f-1.png with 1 levels']);
    expect(worst.map(({ frame }) => frame.name)).toEqual(['f-1.png']);
    expect((await compare(one, other, { kind: 'tolerance', bound: 1 })).outside).toEqual([]);
  });

  test('by PSNR and SSIM, at their bounds too', async () => {
    const [one, other] = [await frames('a', [noise(1)]), await frames('b', [noise(2)])];
    const { psnr, ssim } = (await compare(one, other)).frames[0]!;
    for (const [kind, value] of Object.entries({ psnr, ssim }) as ['psnr' | 'ssim', number][]) {
      expect((await compare(one, other, { kind, bound: value })).outside).toEqual([]);
      const { outside } = await compare(one, other, { kind, bound: value + 0.001 });
      expect(outside).toEqual([expect.stringContaining(`below ${value + 0.001}`)]);
    }
  });

  test('in the order in which people count', async () => {
    const path = await frames(
      'a',
      Array.from({ length: 11 }, (_, i) => grey(i)),
    );
    const { frames: compared } = await compare(path, path);
    expect(compared.map(({ name }) => name)).toEqual(Array.from({ length: 11 }, (_, i) => `f-${i}.png`));
  });

  test('of different counts and sizes: outside, whatever the tolerance', async () => {
    const criterion: Criterion = { kind: 'tolerance', bound: 255 };
    const one = await frames('a', [noise(1), noise(2), noise(3)]);
    const other = await frames('b', [noise(1)]);
    expect((await compare(one, other, criterion)).outside).toEqual(['they have different counts of frames, 3 and 1']);
    const wide = await frames('c', [grey(5), grey(5, 20)]);
    const { outside, frames: compared } = await compare(one, wide, criterion);
    expect(outside).toEqual(['frames have different sizes, 16×16 and 20×16 pixels, from f-1.png on']);
    expect(compared).toHaveLength(1);
  });

  test('of a video: each once, and a still with a frame', async () => {
    const pictures = [grey(20), grey(90), grey(90), grey(200)];
    const [film, shorter] = [await video('a.mp4', pictures), await video('b.mp4', pictures.slice(0, 3))];
    expect((await compare(film, film)).frames).toHaveLength(4);
    expect((await compare(film, shorter)).outside).toEqual(['they have different counts of frames, 4 and 3']);
    const folder = await frames('a', pictures);
    // H.264 of 4:2:0 in steps of 219 keeps greys to a level or two.
    expect((await compare(film, folder, { kind: 'tolerance', bound: 2 })).outside).toEqual([]);
    const still = join(folder, 'f-1.png');
    expect((await compare(still, still)).frames).toHaveLength(1);
  });

  test.each([
    ['nothing there', async () => join(folder, 'none'), /can't read .*none: there is no such file/],
    ['an empty folder', () => frames('empty', []), /there are no pictures in the folder/],
    ['something else', () => file('text.mp4', 'no video at all'), /it is neither a picture nor a video/],
    ['a playlist', () => file('list.mp4', '#EXTM3U\nother.mp4\n'), /it is neither a picture nor a video/],
    ['a cut video', () => cut(200), /can't read the video .*cut\.mp4: .*; get a whole copy of it/],
    ['a video cut late', () => cut(-200), /can't read the video .*cut\.mp4: .*; get a whole copy of it/],
  ])('%s is refused', async (_, make, message) => {
    const path = await make();
    await expect(compare(path, path)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(message),
    });
  });

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  }

  async function cut(end: number): Promise<string> {
    return file('cut.mp4', (await readFile(await video('whole.mp4', [noise(1), noise(2)]))).subarray(0, end));
  }
});

test('a heat map is black where pictures are equal, and white at the greatest difference', () => {
  const { rgb } = heatMap(grey(10), altered(grey(10)), 1);
  expect([...rgb.subarray(0, 9)]).toEqual([0, 0, 0, 255, 255, 255, 0, 0, 0]);
  // The least difference is seen, too.
  expect([...heatMap(grey(10), altered(grey(10)), 255).rgb.subarray(3, 6)]).toEqual([64, 0, 0]);
});

test('a plot has a point for each frame, and infinities above all others', () => {
  const svg = plotFigures('PSNR', [30, Number.POSITIVE_INFINITY, 20]);
  const [, points] = /polyline points="([^"]*)"/.exec(svg)!;
  const heights = points!.split(' ').map((point) => Number(point.split(',')[1]));
  expect(heights).toHaveLength(3);
  expect(heights[1]!).toBeLessThan(heights[0]!);
  expect(heights[0]!).toBeLessThan(heights[2]!);
  expect(plotFigures('PSNR', [Number.POSITIVE_INFINITY])).not.toMatch(/NaN|Infinity/);
});

describe('a report', () => {
  test('is a page that needs nothing else, figures, and heat maps; it is replaced where that is wanted, and nothing else is', async () => {
    const comparison = await compare(
      await frames('a', [noise(1), noise(2)]),
      await frames('b', [noise(1), altered(noise(2))]),
    );
    const path = join(folder, 'report');
    expect(await writeReport(path, ['<a>', 'b'], comparison, false)).toBe(path);
    expect((await readdir(path)).sort()).toEqual(['figures.json', 'heat-00001.png', 'index.html']);
    const page = await readFile(join(path, 'index.html'), 'utf8');
    expect(page).toContain('&#60;a&#62; and b');
    expect(page).not.toMatch(/<a>|(?:src|href)="(?!data:)|https?:/);
    const figures = JSON.parse(await readFile(join(path, 'figures.json'), 'utf8'));
    expect(figures).toMatchObject({ a: '<a>', within: false, frames: [{ psnr: null }, { greatest: 1, differing: 1 }] });
    expect((await readPhoto(join(path, 'heat-00001.png'))).rgb.filter((level) => level > 0)).toHaveLength(3);

    expect(() => checkReportFolder(path, false)).toThrow(/report: .* has a report in it/);
    checkReportFolder(path, true);
    expect(await writeReport(path, ['a', 'b'], { ...comparison, worst: [] }, true)).toBe(path);
    expect((await readdir(path)).sort()).toEqual(['figures.json', 'index.html']);
    expect(() => checkReportFolder(join(folder, 'a'), true)).toThrow(
      /has f-0\.png in it, which is no part of a report/,
    );
  });
});
