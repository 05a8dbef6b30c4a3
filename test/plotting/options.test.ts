import { describe, expect, test } from '@jest/globals';
import { type PlotOptions, plotSchema } from '../../src/plotting/options.js';
import { placed } from '../../src/plotting/page.js';
import { check } from '../../src/validation.js';

const checked = (options: PlotOptions) => check(plotSchema, options);

describe('the page', () => {
  test.each<[string, number, number]>([
    ['a4', 210, 297],
    ['a3', 297, 420],
    ['A4', 210, 297],
    ['Letter', 215.9, 279.4],
    ['letter', 215.9, 279.4],
    ['tabloid', 279.4, 431.8],
    ['100x150mm', 100, 150],
    ['10.5x15cm', 105, 150],
    ['4x6in', 101.6, 152.4],
    ['150x100mm', 150, 100],
  ])('%s is %d × %d mm', (page, width, height) => {
    expect(checked({ page }).page).toEqual({ width, height });
  });

  test('lies across with landscape, whatever it was', () => {
    expect(checked({ page: 'a4', landscape: true }).page).toEqual({ width: 297, height: 210 });
    expect(checked({ page: '150x100mm', landscape: true }).page).toEqual({ width: 150, height: 100 });
  });

  test.each<[PlotOptions, RegExp]>([
    [{ page: 'a44' }, /^page: expected a2, .* or sides as in 100x150mm or 4x6in, not 'a44'; did you mean 'a4'\?$/],
    [{ page: '' }, /^page: expected a2/],
    [{ page: '100x150' }, /^page: expected a2/],
    [{ page: '100mm' }, /^page: expected a2/],
    [{ page: '-10x10mm' }, /^page: expected a2/],
    [{ page: '0x100mm' }, /^page: a page has sides from 10 to 10000 mm, not '0x100mm'$/],
    [{ page: '1x9999in' }, /^page: a page has sides/],
    [{ margin: '10' }, /^margin: expected a length with its unit, as in 10mm, 1cm or 0\.5in, not '10'$/],
    [{ margin: '1 mm' }, /^margin: expected/],
    [{ margin: '-1mm' }, /^margin: expected/],
    [{ page: '1x1mm' }, /^page: a page has sides from 10 to 10000 mm, not '1x1mm'$/],
    [{ plotSpeed: 0 }, /^plotSpeed: a plotter draws 0\.1 to 10000 mm a second, not 0$/],
    [{ plotSpeed: 1e-9 }, /^plotSpeed: a plotter draws 0\.1 to 10000 mm a second, not 1e-9$/],
    [{ plotSpeed: 1e9 }, /^plotSpeed: a plotter draws 0\.1 to 10000 mm a second, not 1000000000$/],
  ])('%j is refused', (options, message) => {
    expect(() => checked(options)).toThrow(message);
  });
});

describe('pens', () => {
  test('have a colour and a width', () => {
    expect(checked({ pens: '#000:0.3mm, #c33:.05cm,navy:0.02in' }).pens).toEqual([
      { colour: [0, 0, 0], width: 0.3 },
      { colour: [204, 51, 51], width: 0.5 },
      { colour: [0, 0, 128], width: 0.508 },
    ]);
  });

  test.each([
    ['', /^pens: expected pens as in .*: one is missing$/],
    ['#000:0.3mm,', /one is missing$/],
    ['#000', /^pens: a pen is a colour and a width, as in #000:0\.3mm, not '#000'$/],
    ['bluu:0.3mm', /^pens: expected a colour, as in #c33, #cc3333 or red, not 'bluu'; did you mean 'blue'\?$/],
    ['#0000:0.3mm', /^pens: expected a colour/],
    ['#000:0mm', /^pens: the width of a pen is 0\.01 to 50 mm, as in 0\.3mm, not '0mm'$/],
    ['#000:0.3', /^pens: the width/],
    ['#000:6cm', /^pens: the width/],
    [Array.from({ length: 33 }, () => '#000:1mm').join(), /^pens: there are 33 of them, and 32 at most$/],
  ])('%s is refused', (pens, message) => {
    expect(() => checked({ pens })).toThrow(message);
  });
});

test('defaults', () => {
  expect(checked({})).toEqual({ page: { width: 210, height: 297 }, margin: 10, plotSpeed: 50 });
});

describe('a drawing on its page', () => {
  test('is as large as the margins allow, and in the middle', () => {
    const a4 = { width: 210, height: 297 };
    expect(placed({ width: 400, height: 100 }, a4, 10)).toEqual({ page: a4, scale: 0.475, left: 10, top: 124.75 });
    expect(placed({ width: 100, height: 400 }, a4, 10)).toMatchObject({ scale: 0.6925, top: 10 });
  });

  test('has to have room', () => {
    expect(() => placed({ width: 4, height: 3 }, { width: 20, height: 50 }, 10)).toThrow(
      /^margin: 10mm on every side leaves nothing of a page of 20mm × 50mm$/,
    );
  });
});
