/** Options of `vggdraw draw` for presets that draw with strokes. */
import type { Argv } from 'yargs';
import { z } from 'zod';

const text = z.string().min(1);

export const strokeShape = {
  strokes: z.number().int().min(1).optional(),
  stillSize: z.number().int().min(1).max(16_384).optional(),
  replay: text.regex(/\.mp4$/i, { error: 'the replay is an MP4; give it a name that ends in .mp4' }).optional(),
  steps: text
    .regex(/\.(?:pdf|png)$/i, { error: 'the steps are a PDF or a PNG; give them a name that ends in .pdf or .png' })
    .optional(),
  svg: text.regex(/\.svg$/i, { error: 'the strokes are an SVG; give it a name that ends in .svg' }).optional(),
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
    .option('replay', {
      describe: 'Also write how a hand would draw the finished drawing, stroke after stroke, as FILE.mp4',
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('steps', {
      describe: 'Also write a sheet to copy it by in six to nine steps, as FILE.pdf or FILE.png',
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('still-size', {
      describe: 'Longest side of the --still in pixels, up to 16384 [default: that of the drawing]',
      requiresArg: true,
      group: title,
    });
