/** `vggdraw providers install`: the files that a provider needs and onnxruntime-node's package leaves out. */
import type { CommandModule } from 'yargs';
import { InputError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import { inspectProvider } from '../../runtime/providers/inspect.js';
import { installCuda } from '../../runtime/providers/install.js';

export const installCommand: CommandModule = {
  command: 'install <name>',
  describe: "Bring what a provider needs, by onnxruntime-node's own installer",
  builder: (yargs) => yargs.positional('name', { describe: 'The provider: cuda', type: 'string' }),
  handler: async ({ name }) => {
    if (name !== 'cuda') {
      throw new InputError(
        `there is nothing to install for '${name}', only for cuda${didYouMean(`${name}`, ['cuda'])}`,
      );
    }
    await installCuda();
    const { usable, device, reason } = await inspectProvider({ name: 'cuda' });
    const state = usable ? `usable, on ${device ?? 'a GPU whose name is not known'}` : `not usable yet: ${reason}`;
    process.stdout.write(`the CUDA files are installed; cuda is ${state}\n`);
  },
};
