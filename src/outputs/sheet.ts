/** A sheet of moments of the drawing, side by side on its paper, each with its iteration. */
import type { Rgb } from '../colour/spaces.js';
import { encodeStill } from '../image/encode-still.js';
import { scaledSize } from '../image/fitted-size.js';
import { paste } from '../image/paste.js';
import type { Picture, Size } from '../image/picture.js';
import { enlarge, fitLongestSide } from '../image/resize.js';
import { stillFormatOf } from '../image/still-formats.js';
import { type About, drawnBy } from './about.js';
import { Moments } from './moments.js';
import type { Output } from './output.js';
import { openWhole } from './whole.js';

/**
 * How many moments there are, where there are so many iterations, and the longest side of each, in pixels: at the most, and at the least, as what
 * is written below would be too small to read.
 */
const panels = { count: 12, longest: 480, least: 256 };

/** In parts of a panel's longer side: what lies between panels, round them all, and the height of a digit below each. */
const shares = { gutter: 1 / 16, margin: 1 / 10, digit: 1 / 36 };

/** The shape that a sheet is to come near. */
const aspect = Math.SQRT2;

export interface SheetOptions {
  readonly about: About;
  /** The colour round the panels. */
  readonly paper: Rgb;
  /** Whether what is there is replaced. */
  readonly overwrite: boolean;
}

/** Starts it. Frames are looked at as they come, and few are held. */
export function openSheet(path: string, { about, paper, overwrite }: SheetOptions): Output {
  const moments = new Moments(panels.count);
  const file = openWhole('sheet', path, overwrite, async ({ picture }) => {
    const { chosen } = moments;
    const shown = await Promise.all(
      chosen.map((moment, i) => (i === chosen.length - 1 ? small(picture) : moment.picture)),
    );
    const captions = chosen.map(({ index }) => `iteration ${index}`);
    const sheet = await sheetOf(await Promise.all(shown.map(legible)), captions, paper);
    return encodeStill(stillFormatOf(path)!, sheet, [sheet], drawnBy(about, picture));
  });
  return { ...file, add: async (picture) => moments.add(await small(picture)) };
}

const small = (picture: Picture): Promise<Picture> => fitLongestSide(picture, panels.longest);

function legible(picture: Picture): Promise<Picture> {
  const times = panels.least / Math.max(picture.width, picture.height);
  return enlarge(picture, scaledSize(picture, Math.max(1, times)));
}

/** Pictures of one size in rows, with a line of text below each. */
async function sheetOf(pictures: readonly Picture[], captions: readonly string[], paper: Rgb): Promise<Picture> {
  const [{ width, height }] = pictures as [Picture];
  const [gutter, margin, digit] = [shares.gutter, shares.margin, shares.digit].map((share) =>
    Math.max(1, Math.round(share * Math.max(width, height))),
  ) as [number, number, number];
  const step = { width: width + gutter, height: height + gutter + 2 * digit };
  const columns = columnsFor(pictures.length, step);
  const rows = Math.ceil(pictures.length / columns);
  const size = {
    width: columns * step.width - gutter + 2 * margin,
    height: rows * step.height - gutter + 2 * margin,
  };
  const places = pictures.map((_, i) => ({
    left: margin + (i % columns) * step.width,
    top: margin + Math.floor(i / columns) * step.height,
  }));
  // Loaded only where it is wanted.
  const { inked, lettered } = await import('../media/strokes/lettering.js');
  const { renderStrokes } = await import('../media/strokes/render.js');
  const letters = captions.flatMap((text, i) => {
    const { left, top } = places[i]!;
    return lettered(text, { left, top: top + height + 0.8 * digit, height: digit, most: width });
  });
  const sheet = renderStrokes(inked(size, letters, { width: digit / 7, opacity: 0.7, paper }));
  for (const [i, picture] of pictures.entries()) paste(sheet, picture, places[i]!);
  return sheet;
}

/** How many stand in a row, so that the sheet has nearly its shape and few places are left bare. */
function columnsFor(count: number, { width, height }: Size): number {
  const off = (columns: number) => {
    const rows = Math.ceil(count / columns);
    return Math.abs(Math.log((columns * width) / (rows * height * aspect))) + (columns * rows - count) / count;
  };
  return Array.from({ length: count }, (_, i) => i + 1).reduce((best, one) => (off(one) < off(best) ? one : best));
}
