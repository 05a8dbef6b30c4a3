/** Options of `vggdraw draw` for presets that draw with strokes. */
import type { Argv } from 'yargs';
import { z } from 'zod';
import { InputError } from '../../errors.js';
import { svgStyles } from '../../media/strokes/svg-styles.js';
import { type PlotOptions, plotDefaults } from '../../plotting/options.js';
import { pageNames } from '../../plotting/page.js';
import { flag } from '../arguments.js';
import { videoName } from './file-names.js';

const text = z.string().min(1);
const svg = text.regex(/\.svg$/i, { error: 'the strokes are an SVG; give it a name that ends in .svg' }).optional();

export const strokeShape = {
  strokes: z.number().int().min(1).optional(),
  stillSize: z.number().int().min(1).max(16_384).optional(),
  replay: videoName.optional(),
  steps: text
    .regex(/\.(?:pdf|png)$/i, { error: 'the steps are a PDF or a PNG; give them a name that ends in .pdf or .png' })
    .optional(),
  svg,
  svgStyle: z.enum(svgStyles).optional(),
  svgAnimated: svg,
  page: text.optional(),
  margin: text.optional(),
  landscape: z.boolean(),
  pens: text.optional(),
  plotSpeed: z.number().optional(),
};

export const strokesOption = {
  describe: 'How many strokes at the most, up to 20000 [default: what the preset says]',
  requiresArg: true,
} as const;

const title = 'For presets that draw with strokes:';

/** Adds those that say how strokes are drawn, and shown, in groups of their own. */
export const strokeLooks = (yargs: Argv): Argv =>
  plotOptions(
    yargs
      .option('strokes', { ...strokesOption, group: title })
      .option('svg-style', {
        describe: `${svgStyles.join(' (filled, as wide as in the picture) | ')} (lines) [default: ${svgStyles[0]}]`,
        type: 'string',
        requiresArg: true,
        group: title,
      })
      .option('still-size', {
        describe: 'Longest side of the still in pixels, up to 16384 [default: that of the drawing]',
        requiresArg: true,
        group: title,
      }),
  );

/** Adds those that name files. */
export const strokeFiles = (yargs: Argv): Argv =>
  yargs
    .option('svg', {
      describe: 'Also write the strokes, as FILE.svg',
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('svg-animated', {
      describe: 'Also write an SVG that draws itself, as FILE.svg',
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('replay', {
      describe: 'Also write how a hand would draw the finished drawing, stroke after stroke: a video as -o',
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('steps', {
      describe: 'Also write a sheet to copy it by in six to nine steps, as FILE.pdf or FILE.png',
      type: 'string',
      requiresArg: true,
      group: title,
    });

const plotTitle = 'For pen plotters, with presets that draw with strokes:';

const plotOptions = (yargs: Argv): Argv =>
  yargs
    .option('page', {
      describe: `Write the SVG for a plotter with such paper: ${pageNames.join(' | ')} | 100x150mm | 4x6in [default with --pens: ${plotDefaults.page}]`,
      type: 'string',
      requiresArg: true,
      group: plotTitle,
    })
    .option('margin', {
      describe: `What stays bare on each side of it [default: ${plotDefaults.margin}]`,
      type: 'string',
      requiresArg: true,
      group: plotTitle,
    })
    .option('landscape', { describe: 'Lay its longer side across', group: plotTitle, ...flag })
    .option('pens', {
      describe: 'Draw with these pens alone, each a colour and a width, as in "#000:0.3mm,#c33:0.5mm"',
      type: 'string',
      requiresArg: true,
      group: plotTitle,
    })
    .option('plot-speed', {
      describe: `Millimetres a second that the plotter draws with, 0.1 to 10000, for how long it takes [default: ${plotDefaults.plotSpeed}]`,
      requiresArg: true,
      group: plotTitle,
    });

/** How the drawing is plotted; undefined where it is not. @throws InputError for what says something of a page that there is none of. */
export function plotGiven(given: z.output<z.ZodObject<typeof strokeShape>>): PlotOptions | undefined {
  const { page, margin, landscape, pens, plotSpeed } = given;
  if (page !== undefined || pens !== undefined) return { page, margin, landscape, pens, plotSpeed };
  const stray = Object.entries({ margin, landscape: landscape || undefined, plotSpeed }).find(
    ([, value]) => value !== undefined,
  );
  if (stray) throw new InputError('it is for plots; name their paper with --page', { field: stray[0] });
  return undefined;
}
