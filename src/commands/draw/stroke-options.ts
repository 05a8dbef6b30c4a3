/** Options of `vggdraw draw` for presets that draw with strokes. */
import type { Argv } from 'yargs';
import { z } from 'zod';

const text = z.string().min(1);

export const strokeShape = {
  strokes: z.number().int().min(1).optional(),
  svg: text.regex(/\.svg$/i, { error: 'the strokes are an SVG; give it a name that ends in .svg' }).optional(),
};

const title = 'For presets that draw with strokes:';

/** Adds them to the command, in a group of their own. */
export const strokeOptions = (yargs: Argv): Argv =>
  yargs.option('strokes', { describe: 'How many strokes', requiresArg: true, group: title }).option('svg', {
    describe: 'Also write the strokes, as FILE.svg',
    type: 'string',
    requiresArg: true,
    group: title,
  });
