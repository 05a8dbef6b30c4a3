/** How photos of a farm are drawn: options that its commands share. */
import type { Argv } from 'yargs';
import { z } from 'zod';
import { presetFor } from '../../drawing/recipe/presets.js';
import type { AddOptions } from '../../farm/adding.js';
import { outputKinds, outputsSchema } from '../../farm/job-data.js';
import { drawingAndShowing, drawSchema } from '../draw/options.js';
import { plotGiven } from '../draw/stroke-options.js';
import { inputPath } from '../input-path.js';
import { jsonOption, quietOption } from '../options.js';

/** Options of `draw` that say how to draw, and not where to. */
const drawn = drawSchema.pick({
  ...{ preset: true, style: true, styleWeight: true, styleSize: true, keepColours: true, size: true, weights: true },
  ...{ network: true, preprocess: true, provider: true, threads: true, memory: true, exact: true, fps: true },
  ...{ seconds: true, hold: true, strokes: true, stillSize: true, svgStyle: true, page: true, margin: true },
  ...{ landscape: true, pens: true, plotSpeed: true, json: true, quiet: true, reverse: true, loop: true },
  ...{ beside: true, portrait: true, square: true },
});

export const photosSchema = drawn.extend({
  photos: z.array(inputPath).min(1),
  outputs: z
    .string()
    .transform((text) => text.split(',').map((kind) => kind.trim()))
    .pipe(outputsSchema),
});

/** Adds them to a command. */
export const photosOptions = (yargs: Argv): Argv =>
  drawingAndShowing(yargs)
    // Else yargs would show an empty list.
    .positional('photos', { describe: 'Photos to draw, or folders of them', type: 'string', default: undefined })
    .option('outputs', {
      describe: `What is made of each: some of ${outputKinds.join(', ')}`,
      type: 'string',
      default: 'video,still',
      requiresArg: true,
    })
    .option('json', jsonOption)
    .option('quiet', quietOption);

/** As jobs take them. */
export function addOptionsOf(given: Omit<z.output<typeof photosSchema>, 'photos' | 'json' | 'quiet'>): AddOptions {
  const { page, margin, landscape, pens, plotSpeed, ...how } = given;
  const plot = plotGiven({ page, margin, landscape, pens, plotSpeed } as Parameters<typeof plotGiven>[0]);
  return { ...how, plot, preset: given.preset ?? presetFor(given.style.length > 0) };
}
