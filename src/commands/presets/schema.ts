/** `vggdraw presets schema`: what editors complete and check presets by. */
import { readFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';

export const schemaCommand: CommandModule = {
  command: 'schema',
  describe: 'Print the JSON schema of presets, for editors',
  handler: () => {
    process.stdout.write(readFileSync(new URL('../../../../docs/preset.schema.json', import.meta.url), 'utf8'));
  },
};
