/** The sheet to copy a drawing by, as files. */
import { inflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { renderStrokes } from '../../src/media/strokes/render.js';
import { stepsSheet } from '../../src/media/strokes/steps.js';
import type { Strokes } from '../../src/media/strokes/strokes.js';
import { sheetPicture } from '../../src/outputs/steps.js';
import { sheetPdf } from '../../src/outputs/steps-pdf.js';
import { someStrokes } from '../support/strokes.js';

const size = { width: 128, height: 96 };
const drawing = (kind: Strokes['kind'], count = 30): Strokes => someStrokes(count, size, kind);

test('as a picture it has the panels, each as it is drawn at that size', async () => {
  const sheet = stepsSheet(drawing('ink'), 'apples');
  const picture = await sheetPicture(sheet, 60);
  // A4 at so many dots per inch.
  expect([picture.width, picture.height].sort()).toEqual([496, 702]);
  const { left, top, width, height, strokes } = sheet.panels.at(-1)!;
  const pixels = (mm: number) => Math.round((mm * 60) / 25.4);
  const panel = renderStrokes(strokes, { width: pixels(width), height: pixels(height) });
  for (const row of [0, 9, panel.height - 1]) {
    const at = 3 * ((pixels(top) + row) * picture.width + pixels(left));
    expect(picture.rgb.subarray(at, at + 3 * panel.width)).toEqual(
      panel.rgb.subarray(3 * row * panel.width, 3 * (row + 1) * panel.width),
    );
  }
});

/** What a PDF says, its streams inflated. */
function textOf(pdf: Buffer): string {
  const text = pdf.toString('latin1');
  return text.replace(/stream\r?\n([\s\S]*?)\r?\nendstream/g, (_, data: string) =>
    inflateSync(Buffer.from(data, 'latin1')).toString('latin1'),
  );
}

test.each([
  ['ink', 'Multiply'],
  ['chalk', 'Screen'],
] as const)(
  'as a PDF it has a page of A4 with every stroke of %s as an outline, mixed as it is',
  async (kind, mode) => {
    const sheet = stepsSheet(drawing(kind), 'apples');
    const pdf = Buffer.from(await sheetPdf(sheet));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const text = textOf(pdf);
    const [, width, height] = /\/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]/.exec(text)!;
    expect([Number(width), Number(height)].map((side) => Math.round((side * 25.4) / 72)).sort()).toEqual([210, 297]);
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(text).toContain(`/BM /${mode}`);
    const drawn = sheet.panels.reduce((sum, panel) => sum + panel.strokes.width.length, sheet.lettering.width.length);
    // Papers and frames are filled as well.
    expect(text.match(/^f$/gm)).toHaveLength(drawn + 2 * sheet.panels.length + 1);
    expect(text).not.toContain('/BaseFont');
  },
);

test('the same drawing is the same PDF', async () => {
  const make = async () => Buffer.from(await sheetPdf(stepsSheet(drawing('ink', 0), 'a<b&c')));
  const pdf = await make();
  expect(await make()).toEqual(pdf);
  expect(textOf(pdf)).not.toContain('Date');
});
