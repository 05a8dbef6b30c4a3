/** `vggdraw providers prune`: an installation without what other systems need, for containers. */
import type { CommandModule } from 'yargs';
import { pruneLibraries } from '../../runtime/providers/prune.js';

export const pruneCommand: CommandModule = {
  command: 'prune',
  describe: "Remove ONNX Runtime's libraries for other systems than this one",
  handler: async () => {
    const { removed, bytes } = await pruneLibraries();
    const lines = removed.map((folder) => `removed ${folder}\n`);
    const sum = removed.length === 0 ? 'there was nothing to remove' : `${Math.round(bytes / 1e6)} MB are free again`;
    process.stdout.write(`${lines.join('')}${sum}\n`);
  },
};
