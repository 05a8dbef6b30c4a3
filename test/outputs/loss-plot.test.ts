import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { plain } from '../../src/image/paste.js';
import { readPhoto } from '../../src/image/photo.js';
import { openLossPlot } from '../../src/outputs/loss-plot.js';
import { strokeLettering } from '../../src/outputs/stroke-lettering.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-plot-'));
});
afterEach(() => rm(folder, { recursive: true }));

const place = { x: 100, y: 50, size: 12, colour: '#123456' } as const;

/** The least and the greatest x of a path. */
function extent(path: string): [number, number] {
  const [, data] = / d="([^"]*)"/.exec(path)!;
  const xs = data!.match(/[\d.]+ [\d.]+/g)!.map((point) => Number(point.split(' ')[0]));
  return [Math.min(...xs), Math.max(...xs)];
}

describe('letters of lines', () => {
  test('begin, end, or have their middle where they are to', () => {
    expect(extent(strokeLettering('0.05', { ...place, anchor: 'start' }))[0]).toBeCloseTo(100, 0);
    expect(extent(strokeLettering('0.05', { ...place, anchor: 'end' }))[1]).toBeCloseTo(100, 0);
    const [left, right] = extent(strokeLettering('iteration', { ...place, anchor: 'middle' }));
    expect((left + right) / 2).toBeCloseTo(100, 0);
  });

  test('have a sign for what there are no lines for, keep names of layers, and leave out what has no room', () => {
    const known = strokeLettering('a?b', { ...place, anchor: 'start' });
    expect(strokeLettering('A画b', { ...place, anchor: 'start' })).toBe(known);
    const underlined = strokeLettering('a_b', { ...place, anchor: 'start' });
    expect(underlined).not.toBe(strokeLettering('a b', { ...place, anchor: 'start' }));
    expect(underlined).not.toBe(known);
    expect(strokeLettering('iteration', { ...place, anchor: 'start', most: 20 })).toBe('');
  });
});

test('a plot as a picture has the line of the loss in it, on white', async () => {
  const about = { photo: 'a\nphoto', preset: 'pencil', weights: 'contour:1' };
  const phases = [{ label: 'block1_conv1', iterations: 3 }];
  const path = join(folder, 'loss.png');
  const output = openLossPlot(path, { width: 32, height: 24, about, phases, overwrite: false });
  await output.finish({ picture: plain(32, 24, [0, 0, 0]), strokes: undefined, losses: [3, 2, 1] });
  await output.commit();
  const { width, height, rgb } = await readPhoto(path);
  expect([width, height]).toEqual([1920, 1080]);
  expect([...rgb.subarray(0, 3)]).toEqual([255, 255, 255]);
  let blue = 0;
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i + 2]! > rgb[i]! + 60) blue++;
  expect(blue).toBeGreaterThan(2000);
});
