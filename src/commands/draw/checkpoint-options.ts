/** Options of `vggdraw draw` for drawings that are interrupted and gone on with. */
import { dirname, relative, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { z } from 'zod';
import { InputError } from '../../errors.js';
import type { CheckpointOptions } from '../../jobs/checkpoint.js';
import { flag } from '../arguments.js';

const defaultEvery = 5;

export const checkpointShape = {
  checkpoint: z.string().min(1).optional(),
  noCheckpoint: z.boolean(),
  checkpointEvery: z.number().min(0).optional(),
  resume: z.boolean(),
};

const title = 'For drawings that are interrupted:';

/** Adds them to the command, in a group of their own. */
export const checkpointOptions = (yargs: Argv): Argv =>
  yargs
    .option('resume', {
      describe: 'Go on with the drawing from its checkpoint, where there is one',
      group: title,
      ...flag,
    })
    .option('checkpoint', {
      describe: "File to keep it in until it is finished [default: the video's name with .checkpoint]",
      type: 'string',
      requiresArg: true,
      group: title,
    })
    .option('checkpoint-every', {
      describe: `Seconds from one to the next; there is one at the end of each phase, too [default: ${defaultEvery}]`,
      requiresArg: true,
      group: title,
    })
    .option('no-checkpoint', { describe: 'Keep none', group: title, ...flag });

type Given = z.output<z.ZodObject<typeof checkpointShape>>;

/** What a checkpoint says of the command that drew it. */
export interface Recorded {
  /** Where that was given, seen from the checkpoint's folder: both may have been moved. */
  readonly folder: string;
  /** Its options, as yargs gives them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Where the drawing is kept; undefined where it is not.
 * @param video its path.
 * @param options those of the command, for whoever goes on.
 */
export function checkpointGiven(
  { checkpoint, noCheckpoint, checkpointEvery, resume }: Given,
  video: string,
  options: Recorded['options'],
): CheckpointOptions | undefined {
  if (noCheckpoint) {
    if (resume) throw new InputError('it goes on from a checkpoint; leave out --no-checkpoint', { field: 'resume' });
    return undefined;
  }
  const path = checkpoint ?? `${video}.checkpoint`;
  const given: Recorded = { folder: relative(dirname(resolve(path)), process.cwd()), options };
  return { path, isImplied: checkpoint === undefined, every: checkpointEvery ?? defaultEvery, resume, given };
}
