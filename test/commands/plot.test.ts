import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { samplePath } from '../golden/drawings.js';
import { events } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-plot-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A preset that is quickly drawn; photos of 4 : 3. */
const strokes = { kind: 'strokes', count: 40, rounds: 2, width: [2, 1], lengths: [20, 60] };
const phases = [{ layer: 'block1_conv2', iterations: 10, learningRate: 1 }];

async function drawing(medium: object, ...args: string[]): Promise<string[]> {
  await writeFile(join(folder, 'preset.json'), JSON.stringify({ medium, phases }));
  const drawn = ['draw', samplePath, '--preset', './preset.json', '--size', '48', '--weights', 'seeded'];
  return [...drawn, '--provider', 'cpu', '--quiet', ...args];
}

const layersIn = (svg: string): string[] => [...svg.matchAll(/inkscape:label="([^"]*)"/g)].map(([, label]) => label!);

describe('vggdraw draw for plotters', () => {
  test('--pens draws with these pens, on A4 where no page is named, and tells what it takes', async () => {
    const pens = ['--pens', '#000:0.8mm,#c33:2mm', '--svg', 'out.svg', '--json'];
    const result = await runInTurn(await drawing(strokes, ...pens), { cwd: folder });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const svg = await readFile(join(folder, 'out.svg'), 'utf8');
    expect(svg).toContain('width="210mm" height="297mm" viewBox="0 0 210 297"');
    const { plot } = events(result).at(-1) as { plot: { pens: { label: string; paths: number }[] } };
    expect(plot).toEqual({
      pens: expect.any(Array),
      penUpMetres: expect.any(Number),
      penLifts: svg.match(/<path/g)!.length,
      minutes: expect.any(Number),
    });
    expect(plot.pens.map(({ label }) => label)).toEqual(layersIn(svg));
    expect(layersIn(svg).every((label) => ['1 black 0.8mm', '2 #cc3333 2mm'].includes(label))).toBe(true);
  });

  test('--page alone makes a pen of the ink', async () => {
    const page = ['--page', '4x6in', '--landscape', '--margin', '0.5in', '--svg', 'out.svg'];
    const result = await runInTurn(
      (await drawing(strokes, ...page)).filter((arg) => arg !== '--quiet'),
      { cwd: folder },
    );
    expect(result).toMatchObject({ code: 0 });
    const svg = await readFile(join(folder, 'out.svg'), 'utf8');
    expect(svg).toContain('width="152.4mm" height="101.6mm"');
    expect(layersIn(svg).every((label) => /^1 black [\d.]+mm$/.test(label))).toBe(true);
    expect(result.stderr).toMatch(/\nplot: .*; [\d.]+ m with the pen up, \d+ lifts, [\d.]+ minutes\n$/);
  });

  test('a preset’s own pens are those of the page', async () => {
    const own = { ...strokes, pens: [{ colour: 'navy', width: 2 }] };
    const result = await runInTurn(await drawing(own, '--page', '276x212mm', '--svg', 'out.svg'), { cwd: folder });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    // 256 mm for 256 pixels.
    expect(layersIn(await readFile(join(folder, 'out.svg'), 'utf8'))).toEqual(['1 navy 2mm']);
  });

  const coloured = { ...strokes, colours: 'photo' };
  const pens = (value: string) => ['--pens', value];
  test.each<[string, object, string[], RegExp]>([
    ['no pens', strokes, pens(''), /^vggdraw: --pens: it is empty$/],
    [
      'pens that are none',
      strokes,
      pens('thin'),
      /^vggdraw: --pens: a pen is a colour and a width, as in #000:0\.3mm, not 'thin'$/,
    ],
    [
      'an unknown colour',
      strokes,
      pens('blu:0.3mm'),
      /^vggdraw: --pens: expected a colour, .*, not 'blu'; did you mean 'blue'\?$/,
    ],
    [
      'a pen without width',
      strokes,
      pens('#000:0mm'),
      /^vggdraw: --pens: the width of a pen is 0\.01 to 50 mm, .*, not '0mm'$/,
    ],
    [
      'a pen as wide as the drawing',
      strokes,
      [...pens('#000:40mm'), '--page', '50x50mm'],
      /^vggdraw: --pens: a line of such a pen is as wide as all of the drawing; take a larger page$/,
    ],
    [
      'pens for pixels',
      { kind: 'pixels' },
      pens('#000:0.3mm'),
      /^vggdraw: --pens: the preset draws with pixels; choose one of strokes/,
    ],
    ['a page for pixels', { kind: 'pixels' }, ['--page', 'a4'], /^vggdraw: --page: the preset draws with pixels/],
    [
      'a page smaller than its margins',
      strokes,
      ['--page', '20x100mm', '--svg', 'a.svg'],
      /^vggdraw: --margin: 10mm on every side leaves nothing of a page of 20mm × 100mm$/,
    ],
    [
      'an unknown page',
      strokes,
      ['--page', 'a44', '--svg', 'a.svg'],
      /^vggdraw: --page: expected a2, .*, not 'a44'; did you mean 'a4'\?$/,
    ],
    [
      'a page and no file',
      strokes,
      ['--page', 'a4'],
      /^vggdraw: --page: it is the paper of what --svg names; give that as well$/,
    ],
    [
      'free colours without pens',
      coloured,
      ['--page', 'a4', '--svg', 'a.svg'],
      /^vggdraw: --pens: strokes of this preset have colours of their own; say which pens there are/,
    ],
    [
      'a margin without a page',
      strokes,
      ['--margin', '5mm'],
      /^vggdraw: --margin: it is for plots; name their paper with --page$/,
    ],
    [
      'a speed of none',
      strokes,
      [...pens('#000:1mm'), '--plot-speed', '0'],
      /^vggdraw: --plot-speed: a plotter draws 0\.1 to 10000 mm a second, not 0$/,
    ],
  ])('%s: one line, and nothing is written', async (_, medium, args, message) => {
    const result = await runInTurn(await drawing(medium, ...args), { cwd: folder });
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr.trim()).toMatch(message);
    expect(await readdir(folder)).toEqual(['preset.json']);
  });
});
