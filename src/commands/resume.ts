/** `vggdraw resume`: goes on with a drawing that was interrupted. */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { InputError, renamingField } from '../errors.js';
import { readKept } from '../jobs/checkpoint.js';
import { oneLine, shownName } from '../one-line.js';
import { check } from '../validation.js';
import type { CommandBody } from './command-body.js';
import { drawSchema } from './draw/options.js';
import { drawWith } from './draw.js';
import { inputPath } from './input-path.js';
import { jsonOption, openOption, overwriteOption, quietOption, viewOption } from './options.js';

const schema = z.object({
  file: inputPath,
  overwrite: z.boolean(),
  // Whoever goes on may sit elsewhere than the one who began.
  view: z.boolean(),
  open: z.boolean(),
  json: z.boolean(),
  quiet: z.boolean(),
});

const recordedSchema = z.object({ folder: z.string(), options: z.record(z.string(), z.unknown()) });

export const resumeCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('file', { describe: 'The checkpoint: photo.mp4.checkpoint', type: 'string' })
      .option('overwrite', overwriteOption)
      .option('view', viewOption)
      .option('open', openOption)
      .option('json', jsonOption)
      .option('quiet', quietOption)
      .example('$0 resume photo.mp4.checkpoint', 'finishes photo.mp4, as if nothing had happened')
      .epilogue(
        'What is drawn, how, and to which files is in the checkpoint; the photo has to be where it was. To change files or folders: ' +
          'vggdraw draw --resume --checkpoint FILE, with the options that it was drawn with.',
      ),
  handler: async (argv) => {
    const { file, ...own } = check(schema, argv);
    // It is no option here.
    await renamingField('resume', 'file', () => goOn(file, own));
  },
};

async function goOn(file: string, own: Omit<z.output<typeof schema>, 'file'>): Promise<void> {
  const { checkpoint, given } = await readKept(file);
  const { folder, options } = recordedIn(file, given);
  const path = resolve(file);
  enter(resolve(dirname(path), folder));
  await drawWith({ ...options, ...own, resume: true, checkpoint: path, noCheckpoint: false }, checkpoint.recipe.preset);
}

/** Options that nobody can have given are those of a file that is damaged, or made up. */
function recordedIn(path: string, given: unknown): z.output<typeof recordedSchema> {
  try {
    const recorded = check(recordedSchema, given);
    check(drawSchema, recorded.options);
    return recorded;
  } catch {
    throw new InputError(`${shownName(path)} is damaged; begin anew`, { field: 'resume' });
  }
}

/** Names of files are those that they were in the folder where the drawing was begun. */
function enter(folder: string): void {
  if (folder === process.cwd()) return;
  try {
    process.chdir(folder);
  } catch {
    throw new InputError(
      `the drawing was begun in ${oneLine(folder)}, which is not there; put it there, or name all files with the command draw and its option resume`,
      { field: 'resume' },
    );
  }
}
