/** What a job that plots draws with. */
import { expect, test } from '@jest/globals';
import { presets } from '../../src/drawing/recipe/presets.js';
import { plottingOf } from '../../src/jobs/plotting.js';
import { samplePath } from '../golden/drawings.js';

const pens = { photo: samplePath, plot: { pens: '#000:0.3mm' }, svg: 'x.svg' };

test('pens draw on white paper, however dark the photo is, where the preset names no other', async () => {
  expect(presets.pen.canvas.paper).toBe('auto');
  expect((await plottingOf(pens, presets.pen)).preset.canvas.paper).toBe('white');
  const sand = { ...presets.pen, canvas: { ...presets.pen.canvas, paper: '#c9b79c' } };
  expect((await plottingOf(pens, sand)).preset.canvas.paper).toBe('#c9b79c');
});

test('a pen of the paper’s colour is refused: nobody would see it', async () => {
  const given = (colours: string) => ({ ...pens, plot: { pens: colours } });
  await expect(plottingOf(given('#000:0.3mm,white:0.3mm'), presets.pen)).rejects.toThrow(
    /^pens: a pen of white is not seen on paper of that colour; leave it out, or /,
  );
  const dark = { ...presets.pen, canvas: { ...presets.pen.canvas, paper: '#202020' } };
  expect((await plottingOf(given('white:0.3mm'), dark)).preset.canvas.paper).toBe('#202020');
});

test('pens are as wide in the drawing as on the page', async () => {
  const { medium } = (await plottingOf(pens, presets.pen)).preset;
  // The sample is wider than high: its 256 pixels are 190 mm on A4 within margins of 10 mm.
  expect(medium).toMatchObject({ pens: [{ colour: '#000000', width: expect.closeTo((0.3 * 256) / 190, 5) }] });
});
