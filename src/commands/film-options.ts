/** How films are drawn: options of the commands that do so. */
import { basename, extname } from 'node:path';
import type { Argv } from 'yargs';
import { z } from 'zod';
import { flag } from './arguments.js';
import { standardStream } from './draw/file-names.js';
import { drawingOptions, drawSchema } from './draw/options.js';
import { strokesOption } from './draw/stroke-options.js';
import { jsonOption, overwriteOption, quietOption } from './options.js';

/** Options of `draw` that say how to draw. */
const drawn = drawSchema.pick({
  ...{ preset: true, strokes: true, style: true, styleWeight: true, styleSize: true, keepColours: true, size: true },
  ...{ weights: true, network: true, preprocess: true, provider: true, threads: true, memory: true, exact: true },
  ...{ overwrite: true, json: true, quiet: true },
});

const seconds = z.number().min(0).max(1e6);

export const filmSchema = drawn.extend({
  film: drawSchema.shape.photo.refine((given) => given !== standardStream, {
    error: 'a film is read more than once, and not from stdin; save it first',
  }),
  output: z
    .string()
    .regex(/\.mp4$/i, { error: 'a film is an MP4; give it a name that ends in .mp4' })
    .optional(),
  fps: z.number().positive().max(240),
  from: seconds.optional(),
  to: seconds.optional(),
  iterations: z.number().int().min(1).max(100_000).optional(),
  fresh: z.boolean(),
});

/** As animations are drawn: on twos. */
const usualFps = 12;

/** Adds them to a command. */
export const filmOptions = (yargs: Argv): Argv =>
  drawingOptions(yargs)
    .positional('film', { describe: 'MP4, MOV, WebM, MKV, AVI or animated GIF', type: 'string' })
    .option('output', {
      alias: 'o',
      describe: "MP4 to write [default: the film's name with -drawn.mp4, in this folder]",
      type: 'string',
      requiresArg: true,
    })
    .option('fps', {
      describe: 'Frames that are drawn of a second of the film, and shown in one',
      default: usualFps,
      requiresArg: true,
    })
    .option('from', { describe: 'Seconds of the film at which to begin [default: its beginning]', requiresArg: true })
    .option('to', { describe: 'Seconds of the film at which to end [default: its end]', requiresArg: true })
    .option('iterations', {
      describe: "Iterations of each frame after the first one [default: half of the preset's]",
      requiresArg: true,
    })
    .option('fresh', {
      describe: 'Draw each frame from blank paper, with all iterations: takes longer, and flickers',
      ...flag,
    })
    .option('strokes', strokesOption)
    .option('overwrite', overwriteOption)
    .option('json', jsonOption)
    .option('quiet', quietOption);

/** The name of a drawn film that nobody gives a name. */
export const drawnName = (film: string): string => `${basename(film, extname(film))}-drawn.mp4`;
