/** `vggdraw farm retry`: jobs that failed are done again. */
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

export const retryCommand: CommandModule = {
  command: 'retry [jobs..]',
  describe: 'Have jobs that failed done again, from their checkpoints',
  builder: (yargs) =>
    queueCommand(yargs)
      .positional('jobs', jobsPositional)
      .option('all', { describe: 'All that failed', ...flag }),
  handler: async (argv) => {
    const { queue: at, json, ...given } = check(schema, argv);
    await withQueue(at, async (queue) => {
      for (const job of await jobsGiven(queue, given, ['failed'])) {
        await queue.retry(job);
        if (json) emit({ event: 'retry', id: job.id });
        else process.stdout.write(`${short(job.id)}  ${nameOf(job)}\n`);
      }
    });
  },
};
