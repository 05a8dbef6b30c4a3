/** A sheet of moments of a drawing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { plain } from '../../src/image/paste.js';
import { readPhoto } from '../../src/image/photo.js';
import type { Picture } from '../../src/image/picture.js';
import { openSheet } from '../../src/outputs/sheet.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-sheet-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A sheet of two moments of a red picture. */
async function sheetOf(width: number, height: number): Promise<Picture> {
  const path = join(folder, 'sheet.png');
  const about = { photo: 'a', preset: 'pencil', weights: 'contour:1' };
  const sheet = openSheet(path, { about, paper: [255, 255, 255], overwrite: true });
  const picture = plain(width, height, [255, 0, 0]);
  await sheet.add(picture);
  await sheet.add(picture);
  await sheet.finish({ picture, strokes: undefined, losses: [1] });
  await sheet.commit();
  return readPhoto(path);
}

/** How many columns have a red pixel, and how many rows a dark one. */
function measured({ width, height, rgb }: Picture): { red: number; written: number } {
  const columns = new Set<number>();
  const rows = new Set<number>();
  for (let i = 0; i < width * height; i++) {
    const [red, green] = [rgb[3 * i]!, rgb[3 * i + 1]!];
    if (red > 250 && green < 5) columns.add(i % width);
    if (red < 128) rows.add(Math.floor(i / width));
  }
  return { red: columns.size, written: rows.size };
}

test.each([
  [32, 24],
  [12, 40],
])('a drawing of %p×%p is shown so large that what is below can be read', async (width, height) => {
  const { red, written } = measured(await sheetOf(width, height));
  const panel = Math.round((256 * width) / Math.max(width, height));
  expect(red % panel).toBe(0);
  // Of capitals and digits alone.
  expect(written).toBeGreaterThanOrEqual(7);
});

test('one that is larger is shown as it is, and the largest made smaller', async () => {
  expect(measured(await sheetOf(300, 200)).red % 300).toBe(0);
  expect(measured(await sheetOf(960, 200)).red % 480).toBe(0);
});
