/** `vggdraw weights list`: what lies in the cache folder. */
import type { CommandModule } from 'yargs';
import { cacheFolder } from '../../cache.js';
import { type CachedFile, cachedFiles, cachedSeeds } from '../../networks/vgg19/weights/cache-folder.js';
import { megabytes } from './download-view.js';

export const listCommand: CommandModule = {
  command: 'list',
  describe: 'Say which weights are in the cache folder',
  handler: async () => {
    const cache = cacheFolder();
    const rows = [
      ...(await cachedFiles(cache)).map((file) => [file.name, ...describe(file)]),
      ...(await cachedSeeds(cache)).map(({ seed, layers, bytes }) => [
        `seeded:${seed}`,
        megabytes(bytes),
        `${layers.length} layers, made here`,
      ]),
    ];
    const width = (column: number) => Math.max(...rows.map((row) => row[column]!.length));
    const [names, sizes] = [width(0), width(1)];
    for (const [name, size, state] of rows as [string, string, string][]) {
      process.stdout.write(`${name.padEnd(names)}  ${size.padStart(sizes)}  ${state}\n`);
    }
    process.stdout.write(`in ${cache}\n`);
  },
};

function describe({ name, path, source, size, record }: CachedFile): [size: string, state: string] {
  if (size === undefined) return ['absent', `vggdraw weights fetch ${name} brings ${megabytes(source!.bytes)}`];
  const { bytes, digest } = source ?? record!;
  return [megabytes(size), `${path}, ${state()}`];

  function state(): string {
    if (size !== bytes) return `damaged: ${size} bytes instead of ${bytes}`;
    if (record?.digest !== digest) return `not checked yet (vggdraw weights verify ${name})`;
    return `${digest}, right on ${record.checked}`;
  }
}
