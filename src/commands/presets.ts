/** `vggdraw presets`: what drawings can look like. */
import { z } from 'zod';
import { defaultPreset, presets } from '../drawing/recipe/presets.js';
import { iterationsOf } from '../drawing/recipe/schedule.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { schemaCommand } from './presets/schema.js';
import { showCommand } from './presets/show.js';

const argumentsSchema = z.object({ json: z.boolean() });

export const presetsCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .command(showCommand)
      .command(schemaCommand)
      .option('json', { describe: 'Report on stdout as one JSON array', ...flag })
      .example('$0 presets', 'the built-in presets, with a line each')
      .example(`$0 presets show ${defaultPreset} > mine.json`, 'a file to change, for --preset mine.json')
      .example('$0 presets schema > preset.schema.json', 'for editors: "$schema": "./preset.schema.json" in the file'),
  handler: (argv) => {
    const { json } = check(argumentsSchema, argv);
    const listed = Object.entries(presets).map(([name, preset]) => ({
      name,
      description: preset.description ?? '',
      iterations: iterationsOf(preset),
      default: name === defaultPreset,
    }));
    if (json) process.stdout.write(`${JSON.stringify(listed)}\n`);
    const width = Math.max(...listed.map(({ name }) => name.length));
    const lines = listed.map(
      ({ name, description, ...one }) => `${name.padEnd(width)}  ${description}${one.default ? ' (default)' : ''}\n`,
    );
    if (!json) process.stdout.write(lines.join(''));
  },
};
