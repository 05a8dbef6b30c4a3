/** The sheet to copy a drawing of strokes by, as a PDF or a PNG. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { encodePng } from '../image/encode-png.js';
import type { Picture } from '../image/picture.js';
import { renderStrokes } from '../media/strokes/render.js';
import type { Sequence } from '../media/strokes/sequence.js';
import { frame, type StepsSheet, stepsSheet } from '../media/strokes/steps.js';
import type { Strokes } from '../media/strokes/strokes.js';
import type { Output } from './output.js';
import { openWhole } from './whole.js';

export interface StepsOptions {
  /** What the drawing was made of: the name of the photo, which the sheet is called. */
  readonly about: { readonly photo: string };
  /** Whether what is there is replaced. */
  readonly overwrite: boolean;
}

/**
 * Starts it.
 * @param path ends in `.pdf` or `.png`, which says what it is.
 * @param ordered finds in which stages strokes are drawn.
 */
export function openSteps(
  path: string,
  { about, overwrite }: StepsOptions,
  ordered: (strokes: Strokes) => Promise<Sequence>,
): Output {
  return openWhole('steps', path, overwrite, async ({ strokes }) => {
    const sheet = stepsSheet(strokes!, about.photo, await ordered(strokes!));
    if (!/\.pdf$/i.test(path)) return encodePng(await sheetPicture(sheet));
    // Loaded only where it is wanted.
    const { sheetPdf } = await import('./steps-pdf.js');
    return sheetPdf(sheet);
  });
}

/** Dots per inch, of which a line of .2 mm is more than one wide. */
const resolution = 200;

/** The sheet in pixels. */
export async function sheetPicture(
  { size, lettering, panels }: StepsSheet,
  dotsPerInch = resolution,
): Promise<Picture> {
  const pixels = (mm: number) => Math.round((mm * dotsPerInch) / 25.4);
  const sheet = renderStrokes(lettering, { width: pixels(size.width), height: pixels(size.height) });
  for (const { left, top, width, height, strokes } of panels) {
    await otherWork();
    const panel = renderStrokes(strokes, { width: pixels(width), height: pixels(height) });
    const border = pixels(frame.width);
    for (let row = -border; row < panel.height + border; row++) {
      const at = 3 * ((pixels(top) + row) * sheet.width + pixels(left));
      sheet.rgb.fill(frame.level, at - 3 * border, at + 3 * (panel.width + border));
      if (row < 0 || row >= panel.height) continue;
      sheet.rgb.set(panel.rgb.subarray(3 * row * panel.width, 3 * (row + 1) * panel.width), at);
    }
  }
  return sheet;
}
