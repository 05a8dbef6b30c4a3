/** What the commands that look after a farm's jobs have in common. */
import type { Argv } from 'yargs';
import { InputError } from '../../errors.js';
import type { FarmQueue, Listed } from '../../farm/queue/farm-queue.js';
import { oneLine } from '../../one-line.js';
import { flag } from '../arguments.js';
import { placesEpilogue, queueGiven, queueOption } from './place-options.js';

/** Adds what each of them has. */
export const queueCommand = (yargs: Argv): Argv =>
  queueOption(yargs)
    .option('json', { describe: 'Report on stdout, one JSON object a line', ...flag })
    .epilogue(placesEpilogue);

/** Jobs by the beginnings of their ids. */
export const jobsPositional = {
  describe: 'Jobs, by their ids or what these begin with',
  type: 'string',
  array: true,
} as const;

/** Does something with the queue, which is loaded and opened for it. */
export async function withQueue<T>(address: string | undefined, step: (queue: FarmQueue) => Promise<T>): Promise<T> {
  const given = queueGiven(address);
  const { FarmQueue } = await import('../../farm/queue/farm-queue.js');
  const queue = await FarmQueue.open(given, say);
  try {
    return await step(queue);
  } finally {
    await queue.close();
  }
}

/** Jobs that are named, or all of some states. @throws InputError where there is nothing of the kind, or nobody says which. */
export async function jobsGiven(
  queue: FarmQueue,
  { jobs, all }: { readonly jobs: readonly string[]; readonly all: boolean },
  states: Parameters<FarmQueue['list']>[0],
): Promise<Listed[]> {
  if (all && jobs.length > 0) throw new InputError('it is for all jobs; leave out their ids', { field: 'all' });
  if (all) {
    const found = await queue.list(states, Number.MAX_SAFE_INTEGER);
    if (found.length === 0) say(`no job is ${states.join(' or ')}`);
    return found;
  }
  if (jobs.length === 0) throw new InputError('name jobs by their ids, or give --all');
  const found: Listed[] = [];
  for (const beginning of jobs) found.push(await queue.find(beginning));
  return found;
}

/** What people call a job: the name that it was added with, where it has one. */
export function nameOf({ data }: Pick<Listed, 'data'>): string {
  const { name } = (data ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name : '?';
}

/** The beginning of an id: enough to tell one from a million others. */
export const short = (id: string): string => id.slice(0, 12);

/** Says something to the person. */
export const say = (text: string): void => void process.stderr.write(`${oneLine(text)}\n`);

/** An object of the report, in a line. */
export const emit = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);
