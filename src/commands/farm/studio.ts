/** `vggdraw farm studio`: the farm in a browser. */
import { once } from 'node:events';
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { check } from '../../validation.js';
import { Interruption, interrupted } from '../interruption.js';
import { announce, openOption, pageShape, portOption } from '../page-options.js';
import {
  placesEpilogue,
  queueGiven,
  queueOption,
  queueShape,
  storeGiven,
  storeOption,
  storeShape,
} from './place-options.js';

const schema = z.object({ ...queueShape, ...storeShape, ...pageShape });

export const studioCommand: CommandModule = {
  command: 'studio',
  describe: 'Watch the farm in a browser: queue, workers, and each drawing as it is made',
  builder: (yargs) =>
    storeOption(queueOption(yargs))
      .option('port', portOption)
      .option('open', openOption)
      .example('$0 farm studio --open', 'with VGGDRAW_QUEUE and VGGDRAW_STORE set')
      .epilogue(
        `It prints the address of its page, which lets in whoever has it, on this machine alone. Ctrl-C ends it; workers go on. ${placesEpilogue}`,
      ),
  handler: async (argv) => {
    const { queue: at, store: place, port, open } = check(schema, argv);
    const address = queueGiven(at);
    const [{ FarmQueue }, { openStore }, { openFarmServer }] = await Promise.all([
      import('../../farm/queue/farm-queue.js'),
      import('../../farm/store/open.js'),
      import('../../studio/farm/server.js'),
    ]);
    const store = await openStore(storeGiven(place));
    const queue = await FarmQueue.open(address);
    const interruption = new Interruption(() => true);
    const ended = once(interruption.signal, 'abort');
    try {
      const server = await openFarmServer(queue, store, port);
      await announce(server, { port, open });
      await ended;
      await server.close();
    } finally {
      await queue.close();
      store.close();
      await interruption.release();
    }
    process.exitCode = interrupted;
  },
};
