/** The paper of a plotter, and where a drawing lies on it. Lengths are in millimetres. */
import { InputError } from '../errors.js';
import type { Size } from '../image/picture.js';
import { shownLength, sidesOf } from './lengths.js';

/** ISO 216, and ANSI Y14.1 with its usual names; upright. */
const pages: Readonly<Record<string, readonly [width: number, height: number]>> = {
  a2: [420, 594],
  a3: [297, 420],
  a4: [210, 297],
  a5: [148, 210],
  a6: [105, 148],
  letter: [215.9, 279.4],
  legal: [215.9, 355.6],
  tabloid: [279.4, 431.8],
};

export const pageNames = Object.keys(pages);

/** The sides of a page by its name, as people write it (`A4`), or as `100x150mm`, in millimetres; undefined for anything else. */
export function pageOf(given: string): Size | undefined {
  const text = given.toLowerCase();
  const [width, height] = (Object.hasOwn(pages, text) ? pages[text] : sidesOf(text)) ?? [];
  return width === undefined ? undefined : { width, height: height! };
}

/** Where a drawing lies on its page. */
export interface Placement {
  readonly page: Size;
  /** Millimetres of a pixel. */
  readonly scale: number;
  /** The upper left corner of the drawing. */
  readonly left: number;
  readonly top: number;
}

/**
 * In the middle of the page, as large as its margins allow.
 * @param size of the drawing, in any unit.
 * @throws InputError where the margins leave nothing.
 */
export function placed(size: Size, page: Size, margin: number): Placement {
  const [width, height] = [page.width - 2 * margin, page.height - 2 * margin];
  if (!(Math.min(width, height) > 0)) {
    const sides = [page.width, page.height].map(shownLength).join(' × ');
    throw new InputError(`${shownLength(margin)} on every side leaves nothing of a page of ${sides}`, {
      field: 'margin',
    });
  }
  const scale = Math.min(width / size.width, height / size.height);
  return {
    page,
    scale,
    left: (page.width - scale * size.width) / 2,
    top: (page.height - scale * size.height) / 2,
  };
}
