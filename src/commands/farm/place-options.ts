/** Where a farm's queue and store are: options that its commands share. */
import type { Argv } from 'yargs';
import { z } from 'zod';
import { InputError } from '../../errors.js';

export const queueShape = { queue: z.string().min(1).optional() };
export const storeShape = { store: z.string().min(1).optional() };

/** Without defaults, which help would show: an address may have a password in it. */
export const queueOption = (yargs: Argv): Argv =>
  yargs.option('queue', {
    describe: 'Redis with the jobs: redis://host:6379, or rediss:// with TLS [default: $VGGDRAW_QUEUE]',
    type: 'string',
    requiresArg: true,
  });

export const storeOption = (yargs: Argv): Argv =>
  yargs.option('store', {
    describe:
      'Where photos and drawings lie: file:///folder, shared by all, or s3://bucket/prefix [default: $VGGDRAW_STORE]',
    type: 'string',
    requiresArg: true,
  });

/** @throws InputError where nobody says where it is. */
export function queueGiven(given: string | undefined): string {
  const address = given ?? process.env.VGGDRAW_QUEUE;
  if (address) return address;
  throw new InputError('say where the jobs are, as in redis://host:6379, here or in VGGDRAW_QUEUE', { field: 'queue' });
}

/** @throws InputError where nobody says where it is. */
export function storeGiven(given: string | undefined): string {
  const address = given ?? process.env.VGGDRAW_STORE;
  if (address) return address;
  throw new InputError('say where photos and drawings lie, as in file:///folder, here or in VGGDRAW_STORE', {
    field: 'store',
  });
}

/** What commands end with. */
export const placesEpilogue =
  'The password of Redis is best kept in VGGDRAW_QUEUE_PASSWORD, and the keys of S3 where AWS has them (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, ' +
  'AWS_ENDPOINT_URL for other servers): neither is in jobs, logs or reports.';
