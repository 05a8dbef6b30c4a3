/** Options of `vggdraw draw` for presets that draw with strokes. */
import type { Argv } from 'yargs';
import { z } from 'zod';
import { svgStyles } from '../../media/strokes/svg.js';

const text = z.string().min(1);
const svg = text.regex(/\.svg$/i, { error: 'the strokes are an SVG; give it a name that ends in .svg' }).optional();

export const strokeShape = {
  strokes: z.number().int().min(1).optional(),
  svg,
  svgStyle: z.enum(svgStyles).optional(),
  svgAnimated: svg,
};

const title = 'For presets that draw with strokes:';

/** Adds them to the command, in a group of their own. */
export const strokeOptions = (yargs: Argv): Argv =>
  yargs
    .option('strokes', { describe: 'How many strokes', requiresArg: true, group: title })
    .option('svg', {
      describe: 'Also write the strokes, as FILE.svg',
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('svg-style', {
      describe: `${svgStyles.join(' (filled, as wide as in the picture) | ')} (lines) [default: ${svgStyles[0]}]`,
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('svg-animated', {
      describe: 'Also write an SVG that draws itself, as FILE.svg',
      type: 'string',
      requiresArg: true,
      group: title,
    });
