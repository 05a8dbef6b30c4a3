/** `vggdraw weights clear`: makes room in the cache folder. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { cacheFolder } from '../../cache.js';
import { clearCache } from '../../networks/vgg19/weights/clear.js';
import { check } from '../../validation.js';
import { flag } from '../arguments.js';
import { megabytes } from './download-view.js';

const schema = z.object({ all: z.boolean() });

export const clearCommand: CommandModule = {
  command: 'clear',
  describe: 'Remove seeded layers and unfinished downloads from the cache folder',
  builder: (yargs) =>
    yargs
      .option('all', { describe: 'Fetched and imported files as well', ...flag })
      .epilogue('Seeded layers are made again when they are needed. A download that is under way is left alone.'),
  handler: (argv) => clear(check(schema, argv)),
};

async function clear(options: z.output<typeof schema>): Promise<void> {
  const cache = cacheFolder();
  const { removed, underWay } = await clearCache(cache, options);
  for (const { name, bytes } of removed) process.stdout.write(`removed ${name}  ${megabytes(bytes)}\n`);
  for (const { name } of underWay) process.stdout.write(`left ${name}: another process is fetching it\n`);
  const freed = removed.reduce((sum, { bytes }) => sum + bytes, 0);
  process.stdout.write(`freed ${megabytes(freed)} in ${cache}\n`);
}
