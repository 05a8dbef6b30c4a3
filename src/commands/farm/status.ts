/** `vggdraw farm status`: what a farm is doing. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { formatBytes } from '../../drawing/recipe/bytes.js';
import type { Status } from '../../farm/status.js';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { clock } from '../progress.js';
import { table } from '../table.js';
import { queueShape } from './place-options.js';
import { emit, queueCommand, short, withQueue } from './queue-command.js';

const schema = z.object({ ...queueShape, json: z.boolean() });

export const statusCommand: CommandModule = {
  command: 'status',
  describe: 'Say how many jobs there are, who works, and how long it takes',
  builder: queueCommand,
  handler: async (argv) => {
    const { queue: at, json } = check(schema, argv);
    const { statusOf } = await import('../../farm/status.js');
    const status = await withQueue(at, statusOf);
    if (json) emit({ event: 'status', ...status });
    else process.stdout.write(`${linesOf(status).map(oneLine).join('\n')}\n`);
  },
};

function linesOf({ jobs, perMinute, secondsLeft, workers, unserved }: Status): string[] {
  const counts = Object.entries(jobs).map(([state, count]) => `${count} ${state}`);
  const pace = perMinute === undefined ? [] : [`${perMinute} drawings a minute`];
  const left = secondsLeft === undefined ? [] : [`${clock(secondsLeft)} left`];
  const rows = workers.map(({ host, pid, provider, memory, concurrency, jobs }) => [
    `${host}:${pid}`,
    provider,
    formatBytes(memory),
    `${jobs.length} of ${concurrency}`,
    jobs.map(short).join(' '),
  ]);
  const lacking = unserved.map(
    ({ provider, memory, waiting }) =>
      `${waiting} jobs need a worker with ${formatBytes(memory)} of memory${provider === 'any' ? '' : ` and ${provider}`}, and there is none`,
  );
  const none = workers.length === 0 ? ["no worker is there; 'vggdraw farm work' is one"] : [];
  return [
    counts.join(', '),
    ...(pace.length + left.length === 0 ? [] : [[...pace, ...left].join(', ')]),
    ...(rows.length === 0 ? none : table(['worker', 'provider', 'memory', 'drawing', 'jobs'], rows)),
    ...lacking,
  ];
}
