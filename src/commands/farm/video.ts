/** `vggdraw farm video`: a film drawn by a farm. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { presetFor } from '../../drawing/recipe/presets.js';
import { check } from '../../validation.js';
import { flag } from '../arguments.js';
import { drawnName, filmOptions, filmSchema } from '../film-options.js';
import { Interruption } from '../interruption.js';
import { clock, openProgress, type ProgressView } from '../progress.js';
import {
  placesEpilogue,
  queueGiven,
  queueOption,
  queueShape,
  storeGiven,
  storeOption,
  storeShape,
} from './place-options.js';
import { emit } from './queue-command.js';

const schema = filmSchema.extend({
  ...queueShape,
  ...storeShape,
  chunk: z.number().int().min(1).max(100_000),
  noWait: z.boolean(),
});

export const videoCommand: CommandModule = {
  command: 'video <film>',
  describe: 'Draw a film: its frames are jobs, some at a time, and it is put together when all are drawn',
  builder: (yargs) =>
    filmOptions(storeOption(queueOption(yargs)))
      .option('chunk', {
        describe: 'Frames of a job. Fewer are for more workers; each draws some before its own as well',
        default: 24,
        requiresArg: true,
      })
      .option('no-wait', { describe: 'Only put the jobs into the queue', ...flag })
      .group(['queue', 'store', 'chunk', 'no-wait'], 'The farm:')
      .group(['output', 'fps', 'from', 'to', 'iterations', 'fresh'], 'The film:')
      .example('$0 farm video holiday.mp4 --preset pastel', 'holiday-drawn.mp4, when workers have drawn it')
      .epilogue(
        `Frames are drawn as 'vggdraw film' draws them. The same command another time waits on, and finds in the store what is drawn. ${placesEpilogue}`,
      ),
  handler: async (argv) => {
    const { queue: at, store: place, output: named, json, quiet, noWait, overwrite, ...given } = check(schema, argv);
    const [{ addFilm, assembleFilm, waitForFilm }, { FarmQueue }, { openStore }, { checkOutputFile }, files] =
      await Promise.all([
        import('../../farm/film/video.js'),
        import('../../farm/queue/farm-queue.js'),
        import('../../farm/store/open.js'),
        import('../../files/writable.js'),
        import('../../files/inputs.js'),
      ]);
    const { film, fps, from, to, iterations, fresh, chunk, ...how } = given;
    const output = named ?? drawnName(film);
    await checkOutputFile(output, 'output', overwrite, 'add --overwrite to replace it');
    files.checkKeeps(output, [{ name: 'the film', path: film }], 'output');
    const store = await openStore(storeGiven(place), { isMade: true });
    const progress = openProgress(quiet, framesView());
    const warn = (text: string): void => progress.note(text);
    const queue = await FarmQueue.open(queueGiven(at), warn);
    const interruption = new Interruption(
      () => false,
      () => progress.stop(),
    );
    try {
      const drawing = { ...how, preset: how.preset ?? presetFor(how.style.length > 0) };
      const options = { film, fps, from, to, iterations, fresh, chunk, drawing };
      const added = await addFilm(options, { store, queue });
      const { frames, chunks, known, drawn } = added;
      if (json) emit({ event: 'film', size: drawn, frames, fps, jobs: chunks.map(({ id }) => id), known });
      progress.note(`${frames} frames in ${chunks.length} jobs, of which ${known} were known`);
      if (noWait) return;
      const told = (count: number): void => {
        if (json) emit({ event: 'frames', drawn: count, frames });
        progress.advance({ drawn: count, frames });
      };
      await waitForFilm(added, { store, queue }, told, interruption.signal);
      progress.advance('putting the film together');
      const { flicker, ...made } = await assembleFilm(options, added, store, { output, overwrite, warn });
      interruption.finished();
      progress.stop();
      if (json) emit({ event: 'done', ...made, frames, flicker: flicker ?? null });
      progress.note(`${made.output}${flicker === undefined ? '' : ` (flicker ${flicker.toFixed(2)} levels)`}`);
    } finally {
      progress.stop();
      await queue.close();
      store.close();
      await interruption.release();
    }
  },
};

type Waited = { readonly drawn: number; readonly frames: number } | 'putting the film together';

function framesView(): ProgressView<Waited> {
  const began = performance.now();
  let latest = { drawn: 0, frames: 0 };
  return {
    format: '{bar} {value}/{total} frames | {state}',
    describe(step) {
      if (typeof step !== 'string') latest = step;
      const { drawn, frames } = latest;
      const state = `${typeof step === 'string' ? step : 'drawing'}, ${clock((performance.now() - began) / 1000)}`;
      return {
        value: drawn,
        total: frames,
        fields: { state },
        line: `${drawn} of ${frames} frames: ${state}`,
        part: 0,
      };
    },
  };
}
