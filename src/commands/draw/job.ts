/** What a command line asks for, as a job. */
import type { Preset } from '../../drawing/recipe/preset.js';
import { presetFor } from '../../drawing/recipe/presets.js';
import { InputError } from '../../errors.js';
import type { Job } from '../../jobs/job.js';
import { check } from '../../validation.js';
import { checkpointGiven } from './checkpoint-options.js';
import { standardStream } from './file-names.js';
import { type DrawArguments, drawSchema } from './options.js';
import { outputsGiven } from './outputs.js';
import { plotGiven } from './stroke-options.js';

/** One drawing. */
export interface Asked {
  readonly options: DrawArguments;
  readonly job: Job;
}

/**
 * @param argv as yargs gives them, for one photo.
 * @param recipe the preset itself, where a drawing goes on that its name may not say any more.
 * @throws InputError for options that are wrong.
 */
export function askedFor(argv: Readonly<Record<string, unknown>>, recipe?: Preset): Asked {
  const given = check(drawSchema, argv);
  const options = { ...given, preset: given.preset ?? presetFor(given.style.length > 0) };
  const recorded = Object.fromEntries(Object.keys(drawSchema.shape).map((name) => [name, argv[name]]));
  const { view, open, json, quiet, skipExisting, ...rest } = options;
  const outputs = outputsGiven(options);
  const video = outputs.output;
  if (video === standardStream) checkStdout(options);
  const checkpoint = isKept(options, video) ? checkpointGiven(options, video, recorded) : undefined;
  const plot = plotGiven(options);
  const remedy = 'add --overwrite to replace it';
  return { options, job: { ...rest, outputs, plot, recipe, checkpoint, remedy } };
}

/** Beside stdout there is no place for a checkpoint. */
const isKept = ({ checkpoint, resume }: DrawArguments, video: string): boolean =>
  video !== standardStream || checkpoint !== undefined || resume;

/** @throws InputError for what does not go with a video to stdout. */
function checkStdout({ json, open, resume, checkpoint }: DrawArguments): void {
  if (json)
    throw new InputError('the report is for stdout, where the video goes; name a file for that', { field: 'json' });
  if (open) throw new InputError('it opens a file; name one for the video', { field: 'open' });
  if (resume && checkpoint === undefined)
    throw new InputError('a video to stdout has no checkpoint beside it; name it with --checkpoint', {
      field: 'resume',
    });
}
