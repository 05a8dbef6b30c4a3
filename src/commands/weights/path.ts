/** `vggdraw weights path`: where a file of weights lies, for other commands. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { cacheFolder } from '../../cache.js';
import { findCached } from '../../networks/vgg19/weights/cache-folder.js';
import { defaultSource } from '../../networks/vgg19/weights/published.js';
import { check } from '../../validation.js';

const schema = z.object({ source: z.string().min(1) });

export const pathCommand: CommandModule = {
  command: 'path [source]',
  describe: 'Print where weights lie, or belong where they are not there yet',
  builder: (yargs) =>
    yargs.positional('source', {
      describe: 'A source, or the name of a file that was fetched or imported',
      type: 'string',
      default: defaultSource.name,
    }),
  handler: async (argv) => {
    const { source: name } = check(schema, argv);
    const { path, size } = await findCached(cacheFolder(), name);
    process.stdout.write(`${path}\n`);
    // Not an error: who brings a file by hand asks for this before it is there.
    if (size === undefined) process.stderr.write(`nothing is there yet; 'vggdraw weights fetch ${name}' brings it\n`);
  },
};
