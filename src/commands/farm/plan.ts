/** `vggdraw farm plan`: what drawing photos will take. */
import { statfs } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { formatBytes } from '../../drawing/recipe/bytes.js';
import type { FarmPlan } from '../../farm/plan.js';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { photosIn } from '../draw/places.js';
import { clock } from '../progress.js';
import { addOptionsOf, photosOptions, photosSchema } from './photos-options.js';
import { storeOption, storeShape } from './place-options.js';
import { emit, say } from './queue-command.js';

const schema = photosSchema.extend({ ...storeShape, workers: z.number().int().min(1).max(100_000) });

export const planCommand: CommandModule = {
  command: 'plan <photos..>',
  describe: 'Say what drawing photos will take: time, memory, room. No queue is needed',
  builder: (yargs) =>
    photosOptions(storeOption(yargs))
      .option('workers', {
        describe: 'How many workers there will be, each as fast as this machine and drawing one photo at a time',
        default: 1,
        requiresArg: true,
      })
      .group(['workers', 'store', 'outputs'], 'The farm:')
      .example('$0 farm plan photos/*.jpg --workers 8', '')
      .epilogue(
        'One of the photos is drawn here, with three iterations a phase, at its real size; what the others take follows from the work that their sizes are. ' +
          'A machine that has other things to do meanwhile will find all slower than it is. With a folder as --store its room is compared.',
      ),
  handler: async (argv) => {
    const { photos, workers, store, json, quiet, ...given } = check(schema, argv);
    const { planFarm } = await import('../../farm/plan.js');
    const plan = await planFarm(await photosIn(photos), addOptionsOf(given), workers, quiet ? () => {} : say);
    for (const { photo, error } of plan.refused) {
      if (json) emit({ event: 'refused', photo, message: error.message });
      say(`vggdraw: ${error.message}`);
    }
    const free = await freeIn(store ?? process.env.VGGDRAW_STORE);
    if (json) emit({ event: 'plan', workers, ...figuresOf(plan), free: free ?? null });
    else process.stdout.write(`${linesOf(plan, workers, free).map(oneLine).join('\n')}\n`);
    if (plan.refused.length > 0) process.exitCode = 1;
  },
};

/** Bytes that are free on the disk of a store in a folder, or where that is to be made. */
async function freeIn(store: string | undefined): Promise<number | undefined> {
  if (!store?.startsWith('file:')) return undefined;
  for (let path = fileURLToPath(store); ; path = dirname(path)) {
    const found = await statfs(path).catch(() => undefined);
    if (found) return found.bavail * found.bsize;
    if (path === dirname(path)) return undefined;
  }
}

/** In seconds and bytes. */
function figuresOf({ calibration, photos, refused, iterations, startSeconds, storage, seconds }: FarmPlan) {
  const each = photos.map((photo) => photo.seconds);
  const rounded = (value: number) => Number(value.toFixed(3));
  return {
    photos: photos.length,
    refused: refused.length,
    provider: calibration.provider,
    processor: cpus()[0]?.model ?? null,
    iterations,
    secondsEach: {
      least: rounded(Math.min(...each)),
      mean: rounded(each.reduce((sum, one) => sum + one, 0) / each.length),
      most: rounded(Math.max(...each)),
    },
    startSeconds: rounded(startSeconds),
    memory: Math.max(...photos.map(({ memory }) => memory)),
    storage: { ...storage, total: storage.photos + storage.drawings + storage.checkpoints },
    seconds: rounded(seconds),
  };
}

function linesOf(plan: FarmPlan, workers: number, free: number | undefined): string[] {
  const { photos, secondsEach, startSeconds, memory, storage, seconds, processor, provider } = figuresOf(plan);
  const time = (value: number) => (value < 60 ? `${value.toFixed(1)} s` : clock(value));
  const { least, mean, most } = secondsEach;
  const range = most > 1.1 * least ? `, from ${time(least)} to ${time(most)}` : '';
  const short =
    free !== undefined && free < storage.total ? [`the store has ${formatBytes(free)} free: that is not enough`] : [];
  return [
    `${photos} ${photos === 1 ? 'photo' : 'photos'}, as measured here (${[provider, processor].filter(Boolean).join(', ')})`,
    `a photo   ${time(mean)}${range}; a worker's first one ${time(startSeconds)} more`,
    `memory    ${formatBytes(memory)} a worker`,
    `storage   ${formatBytes(storage.total)}: photos ${formatBytes(storage.photos)}, drawings ${formatBytes(storage.drawings)}, while they are drawn ${formatBytes(storage.checkpoints)}`,
    ...short,
    `all       ${time(seconds)} with ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
  ];
}
