/**
 * Draws photos with presets and sources of weights, lays the drawings on one contact sheet, and prints how much they are drawings:
 * structure, PSNR, grain and bare paper (tools/looks/figures.ts). The sheet of the sample is the picture in the README.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { cacheFolder } from '../src/cache.js';
import { applyTone } from '../src/colour/tones.js';
import { draw } from '../src/drawing/draw.js';
import { canvasSpaceOf } from '../src/drawing/recipe/preset.js';
import { findPreset, presets } from '../src/drawing/recipe/presets.js';
import { writeWhole } from '../src/files/unfinished.js';
import { encodePng } from '../src/image/encode-png.js';
import { readPhoto } from '../src/image/photo.js';
import type { Picture } from '../src/image/picture.js';
import { fitLongestSide } from '../src/image/resize.js';
import { pretrainedIsThere } from '../src/networks/vgg19/weights/pretrained.js';
import { figuresOf } from './looks/figures.js';
import { contactSheet, type Labelled } from './looks/sheet.js';

const sample = fileURLToPath(new URL('../../tools/sample.png', import.meta.url));
const shared = '../shared';
const columnsOfOne = 4;

const options = await yargs(hideBin(process.argv))
  .usage('npm run looks -- [PHOTO...] [options]')
  .option('presets', {
    type: 'array',
    string: true,
    default: Object.keys(presets).filter((name) => name !== 'style'),
    describe: 'Names or files; all but style, which needs a picture',
  })
  .option('weights', { type: 'array', string: true, default: await weightsAtHand(), describe: 'Sources' })
  .option('size', { type: 'number', default: 256, describe: 'Longest side of a drawing in pixels' })
  .option('cell', { type: 'number', describe: 'Longest side of a picture in the sheet. Default: the size' })
  .option('quality', { type: 'number', default: 85, describe: 'Quality of the JPEG' })
  .option('output', { type: 'string', alias: 'o', default: 'dist/looks.jpg', describe: 'The sheet' })
  .option('stills', { type: 'string', describe: 'Folder for every drawing as a PNG' })
  .strictOptions()
  .parseAsync();

const given = options._.map(String);
const photos = await Promise.all((given.length > 0 ? given : photosAtHand()).map(read));
const rows: Labelled[][] = [photos.map(({ picture }) => ({ label: 'photo', picture }))];
process.stdout.write('| preset | weights | photo | structure | psnr | grain | bare | s |\n');
process.stdout.write('| --- | --- | --- | --- | --- | --- | --- | --- |\n');
for (const preset of options.presets) {
  for (const weights of options.weights) {
    const label = options.weights.length === 1 ? nameOf(preset) : `${nameOf(preset)}, ${nameOf(weights)}`;
    const row: Labelled[] = [];
    for (const { name, picture } of photos) row.push({ label, picture: await drawing(name, picture, preset, weights) });
    rows.push(row);
  }
}
const laid = photos.length === 1 ? inRows(rows.flat(), columnsOfOne) : rows;
await writeWhole(options.output, await contactSheet(laid, options.cell ?? options.size, options.quality));
process.stdout.write(`${options.output}\n`);

/** A row each preset would be a tall sheet where there is one photo. */
function inRows<T>(things: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(things.length / length) }, (_, i) =>
    things.slice(i * length, (i + 1) * length),
  );
}

/** The finished picture; its figures are printed. */
async function drawing(name: string, photo: Picture, presetName: string, weights: string): Promise<Picture> {
  const preset = await findPreset(presetName);
  const started = performance.now();
  let last: Picture = photo;
  for await (const { picture, canvas } of draw(photo, { preset, weights, size: options.size })) {
    const rgb = canvas && applyTone(canvas, preset.finalTone, canvasSpaceOf(preset));
    last = { ...picture, ...(rgb ? { rgb } : {}) };
  }
  const seconds = (performance.now() - started) / 1000;
  const { structure, psnr, grain, bare } = figuresOf(last, photo);
  const numbers = [structure.toFixed(3), psnr.toFixed(1), grain.toFixed(2), bare.toFixed(2), seconds.toFixed(1)];
  process.stdout.write(`| ${[nameOf(presetName), nameOf(weights), name, ...numbers].join(' | ')} |\n`);
  if (options.stills !== undefined) {
    const file = `${nameOf(presetName)}-${nameOf(weights).replace(':', '')}-${name}.png`;
    await writeWhole(join(options.stills, file), await encodePng(last));
  }
  return last;
}

async function read(path: string): Promise<{ name: string; picture: Picture }> {
  return { name: nameOf(path), picture: await fitLongestSide(await readPhoto(path), options.size) };
}

/** The sample, and photos beside the checkout. */
function photosAtHand(): string[] {
  const folder = join(shared, 'photos');
  return [sample, ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])];
}

/** Those from a formula, and those that were trained: as published where they were fetched, else files beside the checkout. */
async function weightsAtHand(): Promise<string[]> {
  if (await pretrainedIsThere(cacheFolder())) return ['contour', 'pretrained'];
  const folder = join(shared, 'vgg19');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.h5')) : [];
  return ['contour', ...files.map((name) => join(folder, name))];
}

function nameOf(path: string): string {
  return existsSync(path) ? basename(path, extname(path)) : path;
}
