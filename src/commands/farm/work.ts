/** `vggdraw farm work`: takes jobs and draws them, until it is told to end. */
import { availableParallelism, constants, setPriority } from 'node:os';
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { memorySchema } from '../../drawing/recipe/memory-limit.js';
import { drawDefaults } from '../../drawing/recipe/options.js';
import type { WorkerEvent } from '../../farm/worker.js';
import { check } from '../../validation.js';
import { flag } from '../arguments.js';
import { Interruption } from '../interruption.js';
import {
  placesEpilogue,
  queueGiven,
  queueOption,
  queueShape,
  storeGiven,
  storeOption,
  storeShape,
} from './place-options.js';
import { emit, say, short } from './queue-command.js';

const schema = z.object({
  ...queueShape,
  ...storeShape,
  provider: z.string().min(1),
  memory: memorySchema.optional(),
  concurrency: z.number().int().min(1).max(256),
  threads: z.number().int().min(1).max(1024).optional(),
  checkpointEvery: z.number().min(0),
  lease: z.number().min(1).max(3600),
  untilEmpty: z.boolean(),
  json: z.boolean(),
  quiet: z.boolean(),
});

export const workCommand: CommandModule = {
  command: 'work',
  describe: 'Draw what is in the queue, until Ctrl-C or SIGTERM',
  builder: (yargs) =>
    storeOption(queueOption(yargs))
      .option('provider', {
        describe: "What it computes on, as for draw; 'vggdraw providers' shows what there is",
        type: 'string',
        default: drawDefaults.provider,
        requiresArg: true,
      })
      .option('memory', {
        describe:
          'Memory for all that it draws at a time, such as 4G: jobs that need more are left to others [default: what is free]',
        type: 'string',
        requiresArg: true,
      })
      .option('concurrency', { describe: 'Drawings at a time', default: 1, requiresArg: true })
      .option('threads', {
        describe: 'Threads of each, where its job does not say [default: the physical cores, shared out]',
        requiresArg: true,
      })
      .option('checkpoint-every', {
        describe: 'Seconds from one checkpoint to the next: what is lost at most where it dies',
        default: 5,
        requiresArg: true,
      })
      .option('lease', {
        describe:
          'Seconds without a word after which it counts as dead, and others go on with its jobs; the same for all workers',
        default: 30,
        requiresArg: true,
      })
      .option('until-empty', { describe: 'End when there is nothing to do', ...flag })
      .option('json', { describe: 'Report on stdout, one JSON object a line', ...flag })
      .option('quiet', { describe: 'Say nothing of what is done', ...flag })
      .example('$0 farm work --queue redis://farm:6379 --store s3://drawings/2026', '')
      .example('$0 farm work --memory 8G --concurrency 4 --threads 1', 'four drawings at a time')
      .epilogue(
        `Ctrl-C or SIGTERM hands back what is being drawn, with its checkpoint, for others to go on with; a second one ends at once. ${placesEpilogue}`,
      ),
  handler: async (argv) => {
    const { json, quiet, queue: at, store: place, ...given } = check(schema, argv);
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const [{ work }, { openStore }] = await Promise.all([
      import('../../farm/worker.js'),
      import('../../farm/store/open.js'),
    ]);
    const queue = queueGiven(at);
    const store = await openStore(storeGiven(place));
    const interruption = new Interruption(() => true);
    const memory = given.memory ?? process.availableMemory();
    const { concurrency } = given;
    const shared = concurrency === 1 ? undefined : Math.max(1, Math.floor(availableParallelism() / concurrency));
    const threads = given.threads ?? shared;
    try {
      await work(
        { ...given, queue, store, memory, threads },
        (event) => {
          if (json) emit({ event: event.kind, ...event, kind: undefined });
          else if (!quiet) say(lineOf(event));
        },
        interruption.signal,
      );
    } finally {
      store.close();
      await interruption.release();
    }
  },
};

function lineOf(event: WorkerEvent): string {
  const of = 'id' in event && event.id ? `${short(event.id)} ` : '';
  switch (event.kind) {
    case 'ready':
      return `working for ${event.queue}, ${event.store}, on ${event.provider}`;
    case 'taken':
      return `${of}${event.name}`;
    case 'note':
      return `${of}${event.text}`;
    case 'done':
      return `${of}done in ${event.seconds} s`;
    case 'ending':
      return event.jobs === 0 ? 'ending' : 'handing back what is being drawn; Ctrl-C again ends at once';
    case 'handed back':
      return `${of}handed back`;
    case 'failed':
      return `${of}${event.isFinal ? 'failed' : 'failed for now'}: ${event.reason}`;
  }
}
