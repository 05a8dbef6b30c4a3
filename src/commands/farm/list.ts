/** `vggdraw farm list`: the jobs of a farm. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import type { Listed, State } from '../../farm/queue/farm-queue.js';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { table } from '../table.js';
import { queueShape } from './place-options.js';
import { emit, nameOf, queueCommand, say, short, withQueue } from './queue-command.js';

const states = ['active', 'waiting', 'failed', 'done'] as const satisfies readonly State[];

const schema = z.object({
  ...queueShape,
  state: z.enum(states).optional(),
  most: z.number().int().min(1),
  json: z.boolean(),
});

export const listCommand: CommandModule = {
  command: 'list',
  describe: 'List jobs: what is drawn, what waits, what has failed and why',
  builder: (yargs) =>
    queueCommand(yargs)
      .option('state', { describe: `Those alone that are ${states.join(' | ')}`, type: 'string', requiresArg: true })
      .option('most', { describe: 'How many in each state, the latest', default: 100, requiresArg: true }),
  handler: async (argv) => {
    const { queue: at, state, most, json } = check(schema, argv);
    const jobs = await withQueue(at, (queue) => queue.list(state ? [state] : states, most));
    if (json) for (const job of jobs) emit({ event: 'job', ...job, data: undefined, name: nameOf(job) });
    else if (jobs.length > 0) process.stdout.write(`${table(head, jobs.map(rowOf)).map(oneLine).join('\n')}\n`);
    else say('there are no jobs');
  },
};

const head = ['job', 'state', 'photo', ''];

function rowOf(job: Listed): string[] {
  const { id, state, progress, reason, deaths } = job;
  const how =
    progress && state === 'active'
      ? `${progress.iteration} of ${progress.iterations}, loss ${progress.loss.toPrecision(3)}`
      : '';
  const died = deaths > 0 && state !== 'done' ? `after ${deaths} that died` : '';
  const why = state === 'failed' || state === 'waiting' ? (reason ?? '') : '';
  return [short(id), state, nameOf(job), [how, died, why].filter((part) => part !== '').join(', ')];
}
