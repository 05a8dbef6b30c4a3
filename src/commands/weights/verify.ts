/** `vggdraw weights verify`: whether what lies in the cache folder is what was published. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { cacheFolder } from '../../cache.js';
import { InputError } from '../../errors.js';
import { cachedFiles, digestHolds, findCached, recordFile } from '../../networks/vgg19/weights/cache-folder.js';
import { check } from '../../validation.js';

const schema = z.object({ source: z.string().min(1).optional() });

export const verifyCommand: CommandModule = {
  command: 'verify [source]',
  describe: 'Check the digests of weights in the cache folder; exit code 1 where one does not hold',
  builder: (yargs) =>
    yargs.positional('source', {
      describe: "As 'weights list' calls them [default: all that are there]",
      type: 'string',
    }),
  handler: (argv) => verify(check(schema, argv)),
};

async function verify({ source: name }: z.output<typeof schema>): Promise<void> {
  const cache = cacheFolder();
  const files = name === undefined ? await cachedFiles(cache) : [await findCached(cache, name)];
  const there = files.filter(({ size }) => size !== undefined);
  if (there.length === 0) {
    if (name === undefined)
      process.stdout.write(
        `no weights in ${cache} that were fetched or imported; those that are made here have no digest\n`,
      );
    else throw new InputError(`${name}: ${files[0]!.path} does not exist; 'vggdraw weights fetch ${name}' brings it`);
  }
  const damaged = [];
  for (const file of there) {
    const holds = await digestHolds(file);
    if (!holds) damaged.push(file);
    const { bytes, digest } = file.source ?? file.record!;
    if (holds && !file.record) await recordFile(file.path, { from: file.source!.urls[0]!, bytes, digest });
    process.stdout.write(`${file.name}  ${holds ? 'right' : 'damaged'}  ${digest}  ${file.path}\n`);
  }
  if (damaged.length === 0) return;
  const ways = damaged.map(({ name, path, source }) =>
    source
      ? `${path} is damaged ('vggdraw weights fetch ${name}' brings it again)`
      : `${path} is damaged (fetch or import it again, or remove it)`,
  );
  throw new InputError(ways.join('; '));
}
