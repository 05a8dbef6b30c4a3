/** `vggdraw farm cancel`: jobs are taken out of the queue. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { check } from '../../validation.js';
import { flag } from '../arguments.js';
import { queueShape } from './place-options.js';
import { emit, jobsGiven, jobsPositional, nameOf, queueCommand, short, withQueue } from './queue-command.js';

const schema = z.object({
  ...queueShape,
  jobs: z.array(z.string().min(1)).default([]),
  all: z.boolean(),
  json: z.boolean(),
});

export const cancelCommand: CommandModule = {
  command: 'cancel [jobs..]',
  describe: 'Take jobs out of the queue; what is being drawn is given up',
  builder: (yargs) =>
    queueCommand(yargs)
      .positional('jobs', jobsPositional)
      .option('all', { describe: 'All that wait or are drawn', ...flag }),
  handler: async (argv) => {
    const { queue: at, json, ...given } = check(schema, argv);
    await withQueue(at, async (queue) => {
      for (const job of await jobsGiven(queue, given, ['waiting', 'active'])) {
        await queue.cancel(job);
        if (json) emit({ event: 'cancel', id: job.id });
        else process.stdout.write(`${short(job.id)}  ${nameOf(job)}\n`);
      }
    });
  },
};
