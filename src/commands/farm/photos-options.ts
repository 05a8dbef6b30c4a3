/** How photos of a farm are drawn: options that its commands share. */
import type { Argv } from 'yargs';
import { z } from 'zod';
import { presetFor } from '../../drawing/recipe/presets.js';
import { InputError } from '../../errors.js';
import type { AddOptions } from '../../farm/adding.js';
import { outputKinds } from '../../farm/job-data.js';
import { drawOptions, drawSchema } from '../draw/options.js';
import { plotGiven } from '../draw/stroke-options.js';
import { inputPath } from '../input-path.js';

/** Options of `draw` that say how to draw, and not where to. */
const drawn = drawSchema.pick({
  ...{ preset: true, style: true, styleWeight: true, styleSize: true, keepColours: true, size: true, weights: true },
  ...{ network: true, preprocess: true, provider: true, threads: true, memory: true, exact: true, fps: true },
  ...{ seconds: true, hold: true, strokes: true, stillSize: true, svgStyle: true, page: true, margin: true },
  ...{ landscape: true, pens: true, plotSpeed: true, json: true, quiet: true, reverse: true, loop: true },
  ...{ beside: true, portrait: true, square: true },
});

/** The others: a drawing of a farm has its files in the store. */
const others = Object.keys(drawSchema.shape).filter((field) => !(field in drawn.shape));

export const photosSchema = drawn.extend({
  photos: z.array(inputPath).min(1),
  outputs: z
    .string()
    .transform((text) => text.split(',').map((kind) => kind.trim()))
    .pipe(z.array(z.enum(outputKinds)).min(1)),
});

/** Adds them to a command. */
export const photosOptions = (yargs: Argv): Argv =>
  drawOptions(yargs)
    .positional('photos', { describe: 'Photos to draw', type: 'string', array: true })
    .option('outputs', {
      describe: `What is made of each: some of ${outputKinds.join(', ')}`,
      type: 'string',
      default: 'video,still',
      requiresArg: true,
    })
    .hide('photo');

/** @throws InputError for an option that says where files of a single drawing go. */
export function refuseOthers(argv: Readonly<Record<string, unknown>>): void {
  const stray = others.find((field) => argv[field] !== undefined && argv[field] !== false);
  if (stray === undefined) return;
  throw new InputError(
    "drawings of a farm lie in its store; say with --outputs what is made of them, and 'vggdraw farm get' brings them",
    { field: stray },
  );
}

/** As jobs take them. */
export function addOptionsOf(given: Omit<z.output<typeof photosSchema>, 'photos' | 'json' | 'quiet'>): AddOptions {
  const { page, margin, landscape, pens, plotSpeed, ...how } = given;
  const plot = plotGiven({ page, margin, landscape, pens, plotSpeed } as Parameters<typeof plotGiven>[0]);
  return { ...how, plot, preset: given.preset ?? presetFor(given.style.length > 0) };
}
