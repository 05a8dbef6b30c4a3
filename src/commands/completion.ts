/** `vggdraw completion`: a script with which a shell completes our commands, options and their values. */
import { basename } from 'node:path';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import { shownName } from '../one-line.js';
import { check } from '../validation.js';
import type { CommandBody } from './command-body.js';
import { scripts } from './completion/scripts.js';

const schema = z.object({ shell: z.string().optional() });

const shells = Object.keys(scripts);

export const completionCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('shell', { describe: `${shells.join(' | ')} [default: the one that $SHELL names]`, type: 'string' })
      .example('$0 completion bash >> ~/.bashrc', 'for bash')
      .example('$0 completion zsh >> ~/.zshrc', 'for zsh, behind compinit')
      .example('$0 completion fish > ~/.config/fish/completions/vggdraw.fish', 'for fish')
      .epilogue('It completes commands, options, names of presets and the like; where a file is wanted, files.'),
  handler: (argv) => {
    const { shell = basename(process.env.SHELL ?? '') } = check(schema, argv);
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
    if (script === undefined) {
      const what = shell === '' ? 'which shell? give' : `there is no completion for '${shownName(shell)}'; give`;
      throw new InputError(`${what} ${shells.join(', ')}${didYouMean(shell, shells)}`);
    }
    process.stdout.write(script);
  },
};
