/** `vggdraw farm add`: photos become jobs. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { presetFor } from '../../drawing/recipe/presets.js';
import { InputError } from '../../errors.js';
import { outputKinds } from '../../farm/job-data.js';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { drawOptions, drawSchema } from '../draw/options.js';
import { plotGiven } from '../draw/stroke-options.js';
import {
  placesEpilogue,
  queueGiven,
  queueOption,
  queueShape,
  storeGiven,
  storeOption,
  storeShape,
} from './place-options.js';
import { emit, short } from './queue-command.js';

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

const kinds = outputKinds.join(', ');
const schema = drawn.extend({
  ...queueShape,
  ...storeShape,
  photos: z.array(z.string().min(1)).min(1),
  outputs: z
    .string()
    .transform((text) => text.split(',').map((kind) => kind.trim()))
    .pipe(z.array(z.enum(outputKinds)).min(1)),
});

export const addCommand: CommandModule = {
  command: 'add <photos..>',
  describe: 'Put photos into the queue, one job each',
  builder: (yargs) =>
    drawOptions(storeOption(queueOption(yargs)))
      .positional('photos', { describe: 'Photos to draw', type: 'string', array: true })
      .option('outputs', {
        describe: `What is made of each: some of ${kinds}`,
        type: 'string',
        default: 'video,still',
        requiresArg: true,
      })
      .hide('photo')
      .group(['queue', 'store', 'outputs'], 'The farm:')
      .example('$0 farm add photos/*.jpg --queue redis://localhost --store file:///srv/drawings', '')
      .example('$0 farm add *.jpg --preset pen --outputs still,svg', 'with VGGDRAW_QUEUE and VGGDRAW_STORE set')
      .epilogue(
        `The same photo with the same options is drawn once, however often it is added, and what is in the store is not drawn again. Options of draw that name files it does not have. ${placesEpilogue}`,
      ),
  handler: async (argv) => {
    refuseOthers(argv);
    const { photos, queue: at, store: place, json, quiet, ...given } = check(schema, argv);
    const [{ addPhotos }, { FarmQueue }, { openStore }] = await Promise.all([
      import('../../farm/adding.js'),
      import('../../farm/queue/farm-queue.js'),
      import('../../farm/store/open.js'),
    ]);
    const store = await openStore(storeGiven(place), { isMade: true });
    const queue = await FarmQueue.open(queueGiven(at));
    const counts = new Map<string, number>();
    try {
      const { page, margin, landscape, pens, plotSpeed, ...how } = given;
      const plot = plotGiven({ page, margin, landscape, pens, plotSpeed } as Parameters<typeof plotGiven>[0]);
      const options = { ...how, plot, preset: given.preset ?? presetFor(given.style.length > 0) };
      for await (const added of addPhotos(photos, options, { store, queue })) {
        const state = 'error' in added ? 'refused' : added.state;
        counts.set(state, (counts.get(state) ?? 0) + 1);
        if ('error' in added) {
          if (json) emit({ event: 'refused', photo: added.photo, message: added.error.message });
          process.stderr.write(`vggdraw: ${oneLine(added.error.message)}\n`);
        } else if (json) {
          emit({ event: 'photo', photo: added.photo, id: added.id, state: added.state });
        } else if (!quiet) {
          process.stdout.write(`${short(added.id)}  ${added.state.padEnd(7)}  ${oneLine(added.photo)}\n`);
        }
      }
    } finally {
      await queue.close();
      store.close();
    }
    if (json) emit({ event: 'done', ...Object.fromEntries(counts) });
    else if (!quiet) process.stderr.write(`${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}\n`);
    if (counts.has('refused')) process.exitCode = 1;
  },
};

/** @throws InputError for an option that says where files of a single drawing go. */
function refuseOthers(argv: Readonly<Record<string, unknown>>): void {
  const stray = others.find((field) => argv[field] !== undefined && argv[field] !== false);
  if (stray === undefined) return;
  throw new InputError(
    "drawings of a farm lie in its store; say with --outputs what is made of them, and 'vggdraw farm get' brings them",
    {
      field: stray,
    },
  );
}
