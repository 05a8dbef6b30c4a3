/** `vggdraw farm`: many drawings on many machines. */
import type { CommandBody } from './command-body.js';
import { addCommand } from './farm/add.js';
import { workCommand } from './farm/work.js';

export const farmCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .command(addCommand)
      .command(workCommand)
      .demandCommand(1, 'say what to do: vggdraw farm add | work | status | list | logs | get | retry | cancel'),
  handler: () => {},
};
