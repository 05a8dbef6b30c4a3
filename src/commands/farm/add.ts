/** `vggdraw farm add`: photos become jobs. */
import type { CommandModule } from 'yargs';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { photosIn } from '../draw/places.js';
import { addOptionsOf, photosOptions, photosSchema } from './photos-options.js';
import {
  placesEpilogue,
  queueGiven,
  queueOption,
  queueShape,
  storeGiven,
  storeOption,
  storeShape,
} from './place-options.js';
import { emit, say, short } from './queue-command.js';

const schema = photosSchema.extend({ ...queueShape, ...storeShape });

export const addCommand: CommandModule = {
  command: 'add <photos..>',
  describe: 'Put photos into the queue, one job each',
  builder: (yargs) =>
    photosOptions(storeOption(queueOption(yargs)))
      .group(['queue', 'store', 'outputs'], 'The farm:')
      .example('$0 farm add photos/*.jpg --queue redis://localhost --store file:///srv/drawings', '')
      .example('$0 farm add *.jpg --preset pen --outputs still,svg', 'with VGGDRAW_QUEUE and VGGDRAW_STORE set')
      .epilogue(
        `The same photo with the same options is drawn once, however often it is added, and what is in the store is not drawn again. ${placesEpilogue}`,
      ),
  handler: async (argv) => {
    const { photos: named, queue: at, store: place, json, quiet, ...given } = check(schema, argv);
    const photos = await photosIn(named);
    const [{ addPhotos }, { FarmQueue }, { openStore }] = await Promise.all([
      import('../../farm/adding.js'),
      import('../../farm/queue/farm-queue.js'),
      import('../../farm/store/open.js'),
    ]);
    const store = await openStore(storeGiven(place), { isMade: true });
    const queue = await FarmQueue.open(queueGiven(at), say);
    const counts = new Map<string, number>();
    try {
      for await (const added of addPhotos(photos, addOptionsOf(given), { store, queue })) {
        const state = 'error' in added ? 'refused' : added.state;
        counts.set(state, (counts.get(state) ?? 0) + 1);
        if ('error' in added) {
          if (json) emit({ event: 'refused', photo: added.photo, message: added.error.message });
          say(`vggdraw: ${added.error.message}`);
        } else if (json) {
          const { photo, id, state, reason } = added;
          emit({ event: 'photo', photo, id, state, reason });
        } else if (!quiet) {
          process.stdout.write(`${short(added.id)}  ${added.state.padEnd(7)}  ${oneLine(added.photo)}\n`);
          if (added.state === 'failed')
            say(
              `${added.photo} was set aside: ${added.reason ?? 'nobody says why'}; 'vggdraw farm retry ${short(added.id)}' has it tried again`,
            );
        }
      }
    } finally {
      await queue.close();
      store.close();
    }
    if (json) emit({ event: 'done', ...Object.fromEntries(counts) });
    else if (!quiet) say([...counts].map(([state, count]) => `${count} ${state}`).join(', '));
    if (counts.has('refused')) process.exitCode = 1;
  },
};
