/** What a person says of a plot, checked. */
import { z } from 'zod';
import { colourNamed, colourNames } from '../colour/names.js';
import type { Rgb } from '../colour/spaces.js';
import { mostPens } from '../media/strokes/spec.js';
import { didYouMean } from '../nearest.js';
import { shownName } from '../one-line.js';
import { strictObject } from '../validation.js';
import { lengthOf } from './lengths.js';
import { pageNames, pageOf } from './page.js';

/** The defaults of a plot, for whoever shows them. */
export const plotDefaults = { page: 'a4', margin: '10mm', plotSpeed: 50 } as const;

/** How a drawing is to be plotted. */
export interface PlotOptions {
  /**
   * The paper: `a2` to `a6`, `letter`, `legal`, `tabloid`, or its sides, `100x150mm`, `10x15cm`, `4x6in`. Default: `a4`.
   */
  readonly page?: string | undefined;
  /** What stays bare on each side: `10mm`, `1cm`, `0.5in`. Default: `10mm`. */
  readonly margin?: string | undefined;
  /** Whether the page's longer side lies across. Default: as its sides are given, and upright where it has a name. */
  readonly landscape?: boolean | undefined;
  /**
   * The pens, each a colour (`#rgb`, `#rrggbb` or a name of CSS 2.1) and the width of its line: `#000:0.3mm,#c33:0.5mm`. Strokes are drawn
   * with the one that is nearest. Default: a pen for each colour that strokes have, as wide as the median of them is on the page.
   */
  readonly pens?: string | undefined;
  /** Millimetres a second that the pen draws with, 0.1 to 10000; it travels at three times as many. Default: 50. */
  readonly plotSpeed?: number | undefined;
}

/** A pen that somebody has. */
export interface Pen {
  readonly colour: Rgb;
  /** In millimetres. */
  readonly width: number;
}

/** The sides of a page, in millimetres: no plotter has more, and nobody sees what is less. */
const [shortestSide, longestSide] = [10, 10_000];

/** Millimetres a second: no plotter is as slow, and none as fast. */
const [slowest, fastest] = [0.1, 10_000];

/** The finest pen, in millimetres: a fifth of the finest that is sold. */
const finest = 0.01;

/** The widest pen, in millimetres. */
const widest = 50;

const length = z.string().transform((text, context) => {
  const found = lengthOf(text);
  if (found !== undefined) return found;
  context.addIssue(`expected a length with its unit, as in 10mm, 1cm or 0.5in, not '${shownName(text)}'`);
  return z.NEVER;
});

const page = z.string().transform((text, context) => {
  const found = pageOf(text);
  if (
    found &&
    Math.min(found.width, found.height) >= shortestSide &&
    Math.max(found.width, found.height) <= longestSide
  )
    return found;
  context.addIssue(
    found
      ? `a page has sides from ${shortestSide} to ${longestSide} mm, not '${shownName(text)}'`
      : `expected ${pageNames.join(', ')} or sides as in 100x150mm or 4x6in, not '${shownName(text)}'${didYouMean(text, pageNames)}`,
  );
  return z.NEVER;
});

const speed = z.number().refine((given) => given >= slowest && given <= fastest, {
  error: ({ input }) => `a plotter draws ${slowest} to ${fastest} mm a second, not ${input}`,
});

const pens = z.string().transform((text, context): Pen[] => {
  const found = text.split(',').map((one) => penOf(one.trim()));
  const wrong = found.find((pen): pen is string => typeof pen === 'string');
  if (wrong !== undefined) context.addIssue(wrong);
  else if (found.length > mostPens) context.addIssue(`there are ${found.length} of them, and ${mostPens} at most`);
  else return found as Pen[];
  return z.NEVER;
});

/** A pen, or what is wrong with it. */
function penOf(text: string): Pen | string {
  if (text === '') return 'expected pens as in #000:0.3mm,#c33:0.5mm: one is missing';
  const [, name, stated] = /^([^:]*):(.*)$/.exec(text) ?? [];
  if (name === undefined) return `a pen is a colour and a width, as in #000:0.3mm, not '${shownName(text)}'`;
  const colour = colourNamed(name);
  if (!colour) {
    const meant = didYouMean(name, colourNames);
    return `expected a colour, as in #c33, #cc3333 or red, not '${shownName(name)}'${meant}`;
  }
  const width = lengthOf(stated!);
  if (width !== undefined && width >= finest && width <= widest) return { colour, width };
  return `the width of a pen is ${finest} to ${widest} mm, as in 0.3mm, not '${shownName(stated!)}'`;
}

export const plotSchema = strictObject({
  page: page.prefault(plotDefaults.page),
  margin: length.prefault(plotDefaults.margin),
  landscape: z.boolean().default(false),
  pens: pens.optional(),
  plotSpeed: speed.default(plotDefaults.plotSpeed),
}).transform(({ landscape, page, ...others }) => {
  const [short, long] = [Math.min(page.width, page.height), Math.max(page.width, page.height)];
  return { ...others, page: landscape ? { width: long, height: short } : page };
});

export type CheckedPlot = z.output<typeof plotSchema>;
