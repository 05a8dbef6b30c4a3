/** What the studio makes of what it is asked for, and keeps. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { quickestFirst } from '../../src/jobs/choices.js';
import { type Facts, isOver } from '../../src/studio/facts.js';
import { newsFor } from '../../src/studio/news.js';
import { checkDrawingRequest } from '../../src/studio/requests.js';
import { Studio } from '../../src/studio/studio.js';
import { nameOfTheDead } from '../support/dead.js';
import { residual } from '../support/networks.js';

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

/** Waits until a drawing is as it should be: how fast that is nobody knows. */
async function until(studio: Studio, id: string, isSo: (facts: Facts) => boolean): Promise<Facts> {
  const { facts } = studio.drawings.get(id)!;
  const rung = newsFor(studio.bell, () => (isSo(facts) ? facts : undefined), AbortSignal.timeout(60_000));
  for await (const found of rung) return found;
  throw new Error(`it is ${facts.state} at ${facts.index}`);
}

test('a drawing that was stopped, or cut short by the end of the studio, is gone on with where it was', async () => {
  const studio = await Studio.open({ folder });
  const { id: photoId } = await studio.uploads.add('apple.png', await photo());
  const json = { phases: [{ layer: 'block1_conv1', iterations: 5000, learningRate: 5 }] };
  const chosen = {
    photos: [photoId],
    size: 16,
    weights: 'contour',
    provider: 'cpu',
    preset: { name: 'endless', json },
  };
  const [id] = (await studio.add(checkDrawingRequest(chosen))) as [string];
  await until(studio, id, ({ index }) => index > 2);
  studio.stop(id);
  const stopped = await until(studio, id, isOver);
  expect(stopped).toMatchObject({ state: 'done', canGoOn: true });
  const { index, losses } = structuredClone(stopped);
  await studio.close();

  // As a studio leaves it that is killed.
  const facts = { ...stopped, state: 'drawing', index: 0, losses: [], canGoOn: false };
  await writeFile(join(folder, id, 'drawing.json'), JSON.stringify(facts));
  const later = await Studio.open({ folder });
  const found = later.drawings.get(id)!.facts;
  expect(found).toMatchObject({ state: 'failed', canGoOn: true, frame: index });
  await later.goOn(id);
  expect(found).toMatchObject({ state: expect.stringMatching(/^(?!failed)/), canGoOn: false, index, losses });
  await until(later, id, (now) => now.index > index + 2);
  later.stop(id);
  const again = await until(later, id, isOver);
  expect(again).toMatchObject({ state: 'done', canGoOn: true, frame: again.index });
  expect(again.losses).toHaveLength(again.index);
  expect(again.losses.slice(0, index)).toEqual(losses);

  // What can't be gone on with says why, and stays as it is.
  await rm(join(folder, id, 'drawing.checkpoint.frames'));
  await expect(later.goOn(id)).rejects.toThrow(/drawing\.checkpoint is nothing without .*frames/);
  expect(again).toMatchObject({ state: 'done', canGoOn: true });
  await later.close();
});

test('a drawing that a killed studio leaves is known as far as its last checkpoint, and nothing unfinished stays', async () => {
  const studio = await Studio.open({ folder });
  const { id: photoId } = await studio.uploads.add('apple.png', await photo());
  const phase = { layer: 'block1_conv1', learningRate: 5 };
  const json = { phases: [3, 5000].map((iterations) => ({ ...phase, iterations })) };
  const how = { size: 16, weights: 'contour', provider: 'cpu', preset: { name: 'endless', json } };
  const [id] = (await studio.add(checkDrawingRequest({ photos: [photoId], ...how }))) as [string];
  const path = join(folder, id, 'drawing.json');
  // There is a checkpoint at the end of the first phase.
  let kept: Facts;
  do {
    const { index } = studio.drawings.get(id)!.facts;
    await until(studio, id, (now) => now.index > index);
    kept = JSON.parse(await readFile(path, 'utf8'));
  } while (kept.losses.length < 3);
  studio.stop(id);
  const { losses, phases } = await until(studio, id, isOver);
  await studio.close();

  await writeFile(path, JSON.stringify(kept));
  const name = nameOfTheDead('partial');
  await writeFile(join(folder, id, name), '');
  const later = await Studio.open({ folder });
  expect(later.drawings.get(id)!.facts).toMatchObject({
    ...{ state: 'failed', canGoOn: true, phases, index: kept.index },
    losses: losses.slice(0, kept.index),
  });
  expect(phases.map(({ iterations }) => iterations)).toEqual([3, 5000]);
  expect(await readdir(join(folder, id))).not.toContain(name);
  await later.close();
});

test('what is sent in and no picture is refused by the name that its sender has for it', async () => {
  const studio = await Studio.open({ folder });
  await expect(studio.uploads.add('notes.jpg', Buffer.from('words'))).rejects.toThrow(
    /^notes\.jpg: can't read photo: it is not a picture; /,
  );
  await studio.close();
});

test('a folder that can’t be used is said so', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(Studio.open({ folder: join(folder, 'file') })).rejects.toThrow(/^folder: .*file can't be used/);
});

test('a network that the studio was given looks at all photos, and has layers and weights of its own', async () => {
  const network = join(folder, 'small.onnx');
  await writeFile(network, residual().file('scores'));
  const kept = join(folder, 'kept');
  await expect(Studio.open({ folder: kept, network, weights: 'contour' })).rejects.toThrow(
    /^weights: they are for VGG-19/,
  );
  await expect(Studio.open({ folder: kept, preprocess: 'caffe' })).rejects.toThrow(/^preprocess: .* name that as well/);
  const studio = await Studio.open({ folder: kept, network });
  const { weights, layers } = studio.choices;
  expect(weights).toEqual([{ name: 'network', description: 'those of small.onnx' }]);
  const layer = layers.at(0)!;
  expect(layer).not.toMatch(/^block/);

  const { id: photoId } = await studio.uploads.add('apple.png', await photo());
  const json = { phases: [{ layer, iterations: 1, learningRate: 5 }] };
  const chosen = { photos: [photoId], size: 16, weights: 'network', provider: 'cpu', preset: { name: 'own', json } };
  const [id] = (await studio.add(checkDrawingRequest(chosen))) as [string];
  expect(await until(studio, id, isOver)).toMatchObject({ state: 'done', canGoOn: false, index: 1 });
  const sight = await studio.look(studio.drawings.get(id)!, { layer }, new AbortController().signal);
  expect(sight).toMatchObject({ layer });
  await studio.close();
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
