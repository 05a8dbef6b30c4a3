/** `vggdraw farm logs`: what workers have said of a job. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { queueShape } from './place-options.js';
import { emit, queueCommand, withQueue } from './queue-command.js';

const schema = z.object({ ...queueShape, job: z.string().min(1), json: z.boolean() });

export const logsCommand: CommandModule = {
  command: 'logs <job>',
  describe: 'Print what workers have said of a job',
  builder: (yargs) =>
    queueCommand(yargs).positional('job', { describe: 'Its id, or what that begins with', type: 'string' }),
  handler: async (argv) => {
    const { queue: at, job, json } = check(schema, argv);
    const { id, lines } = await withQueue(at, async (queue) => {
      const found = await queue.find(job);
      return { id: found.id, lines: await queue.logs(found) };
    });
    if (json) emit({ event: 'logs', id, lines });
    else process.stdout.write(lines.map((line) => `${oneLine(line)}\n`).join(''));
  },
};
