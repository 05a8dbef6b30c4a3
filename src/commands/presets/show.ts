/** `vggdraw presets show`: a preset as a file states it, with nothing left out. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { findPreset } from '../../drawing/recipe/presets.js';
import { InputError } from '../../errors.js';
import { check } from '../../validation.js';

const schema = z.object({ preset: z.string() });

export const showCommand: CommandModule = {
  command: 'show <preset>',
  describe: 'Print a preset as JSON, complete, to start your own from',
  builder: (yargs) =>
    yargs
      .positional('preset', { describe: 'The name of a preset, or a file to see with its defaults', type: 'string' })
      .example('$0 presets show sketch > mine.json', 'a file to change, for --preset mine.json'),
  handler: async (argv) => {
    const { preset: name } = check(schema, argv);
    const preset = await findPreset(name).catch((error: unknown) => {
      // Here it is no option.
      throw error instanceof InputError ? new InputError(error.reason) : error;
    });
    process.stdout.write(`${JSON.stringify(preset, null, 2)}\n`);
  },
};
