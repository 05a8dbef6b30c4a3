/** `vggdraw farm get`: brings drawings from the store. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { isOfFilm } from '../../farm/job-data.js';
import { isWholeId } from '../../farm/queue/names.js';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { flag } from '../arguments.js';
import { queueShape, storeGiven, storeOption, storeShape } from './place-options.js';
import { emit, jobsPositional, queueCommand, say, withQueue } from './queue-command.js';

const schema = z.object({
  ...queueShape,
  ...storeShape,
  jobs: z.array(z.string().min(1)).default([]),
  output: z.string().min(1),
  overwrite: z.boolean(),
  json: z.boolean(),
});

export const getCommand: CommandModule = {
  command: 'get [jobs..]',
  describe: 'Bring drawings that are done from the store, all or some',
  builder: (yargs) =>
    storeOption(queueCommand(yargs))
      .positional('jobs', { ...jobsPositional, describe: `${jobsPositional.describe} [default: all that are done]` })
      .option('output', {
        alias: 'o',
        describe: 'Folder to bring them to',
        type: 'string',
        default: '.',
        requiresArg: true,
      })
      .option('overwrite', { describe: 'Replace files that are there', ...flag })
      .example('$0 farm get -o drawings', 'photo.mp4, photo.png and photo.json of each'),
  handler: async (argv) => {
    const { queue: at, store: place, jobs, output, overwrite, json } = check(schema, argv);
    const [{ bringDrawings }, { openStore }] = await Promise.all([
      import('../../farm/bringing.js'),
      import('../../farm/store/open.js'),
    ]);
    const store = await openStore(storeGiven(place));
    try {
      // The queue forgets in the end, and the store does not: it is not asked for what is named in full.
      const isKnown = jobs.length > 0 && jobs.every(isWholeId);
      const ids = isKnown
        ? jobs
        : await withQueue(at, async (queue) => {
            const all = jobs.length === 0 ? await queue.list(['done'], Number.MAX_SAFE_INTEGER) : [];
            const found = all.filter(({ data }) => !isOfFilm(data));
            for (const beginning of jobs) found.push(await queue.find(beginning));
            return found.map(({ id }) => id);
          });
      if (ids.length === 0) say('there is nothing to bring: no drawing is done');
      for await (const one of bringDrawings(store, ids, output, overwrite)) {
        if ('error' in one) {
          say(`vggdraw: ${one.error.message}`);
          process.exitCode = 1;
          if (json) emit({ event: 'refused', id: one.id, message: one.error.message });
        } else if (json) emit({ event: 'drawing', ...one });
        else {
          for (const path of one.files) process.stdout.write(`${oneLine(path)}\n`);
          for (const path of one.left) say(`${path} is there; --overwrite replaces it`);
        }
      }
    } finally {
      store.close();
    }
  },
};
