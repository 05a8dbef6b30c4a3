/** What the studio makes of what it is asked for, and keeps. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { quickestFirst } from '../../src/jobs/choices.js';
import { checkDrawingRequest } from '../../src/studio/requests.js';
import { Studio } from '../../src/studio/studio.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-studio-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const photo = () => encodePng({ width: 16, height: 12, rgb: new Uint8Array(3 * 16 * 12).fill(70) });

test('a photo is drawn small in every preset that can draw it, the quickest first; all of it is there after a restart', async () => {
  const studio = await Studio.open({ folder });
  const { id } = await studio.uploads.add('apple.png', await photo());
  const chosen = { photos: [id], size: 16, weights: 'contour', provider: 'cpu' };
  const sheet = await studio.add(checkDrawingRequest({ ...chosen, sheet: true }));
  const [large] = await studio.add(checkDrawingRequest({ ...chosen, photos: [sheet[0]!], preset: 'pen' }));
  const factsOf = (one: string) => studio.drawings.get(one)!.facts;
  const presets = sheet.map((one) => factsOf(one).preset);
  expect(presets).toEqual(quickestFirst(144, { hasStyle: false, isTrained: false }));
  expect(presets).toHaveLength(10);
  expect(presets).not.toContain('sketch');
  expect(new Set(sheet.map((one) => factsOf(one).sheet)).size).toBe(1);
  expect(factsOf(large!).choices).toMatchObject({ size: 16, preset: 'pen' });

  // It ends with what there is of the one that has begun.
  await studio.close();
  expect(factsOf(sheet[0]!).state).toBe('done');
  expect([...sheet.slice(1), large!].map((one) => factsOf(one).state)).toEqual(Array(10).fill('cancelled'));

  // All of them are there again, in their order; what was being drawn when it was killed says so.
  const [killed] = sheet.slice(-1);
  const facts = { ...factsOf(killed!), state: 'drawing' };
  await writeFile(join(folder, killed!, 'drawing.json'), JSON.stringify(facts));
  await writeFile(join(folder, large!, 'drawing.json'), '{"id":');
  const later = await Studio.open({ folder });
  const restored = [...later.drawings.values()].map((drawing) => drawing.facts).sort((a, b) => a.created - b.created);
  expect(restored.map(({ id }) => id)).toEqual(sheet);
  expect(restored[0]).toMatchObject({
    state: 'done',
    frame: factsOf(sheet[0]!).frame,
    files: { output: expect.any(Number) },
  });
  expect(restored.at(-1)).toMatchObject({ state: 'failed', message: 'the studio ended before it was finished' });

  await later.remove(sheet[0]!);
  expect(await readdir(folder)).not.toContain(sheet[0]);
  await later.close();
  // What could not be read is left as it is, and nothing else is left behind.
  expect((await readdir(folder)).sort()).toEqual([...sheet.slice(1), large!].sort());
});

test('a folder that can’t be used is said so', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(Studio.open({ folder: join(folder, 'file') })).rejects.toThrow(/^folder: .*file can't be used/);
});

test('a folder is one studio’s at a time: the second one says so, and changes nothing', async () => {
  const first = await Studio.open({ folder });
  const names = (await readdir(folder)).sort();
  const second = Studio.open({ folder });
  await expect(second).rejects.toThrow(
    /^folder: another studio has .* open, process \d+; use its page, end it, or name another folder$/,
  );
  expect((await readdir(folder)).sort()).toEqual(names);
  await first.close();
  expect(await readdir(folder)).toEqual([]);
  await (await Studio.open({ folder })).close();
});

test('a studio that was killed leaves no lock that counts', async () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  await writeFile(join(folder, '.studio.lock'), JSON.stringify({ pid: ended, host: hostname(), token: 'x' }));
  await (await Studio.open({ folder })).close();
});
