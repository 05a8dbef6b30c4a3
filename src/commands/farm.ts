/** `vggdraw farm`: many drawings on many machines. */
import type { CommandBody } from './command-body.js';
import { addCommand } from './farm/add.js';
import { cancelCommand } from './farm/cancel.js';
import { getCommand } from './farm/get.js';
import { listCommand } from './farm/list.js';
import { logsCommand } from './farm/logs.js';
import { planCommand } from './farm/plan.js';
import { retryCommand } from './farm/retry.js';
import { statusCommand } from './farm/status.js';
import { studioCommand } from './farm/studio.js';
import { videoCommand } from './farm/video.js';
import { workCommand } from './farm/work.js';

export const farmCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .command(addCommand)
      .command(videoCommand)
      .command(planCommand)
      .command(workCommand)
      .command(statusCommand)
      .command(studioCommand)
      .command(listCommand)
      .command(getCommand)
      .command(logsCommand)
      .command(retryCommand)
      .command(cancelCommand)
      .demandCommand(
        1,
        'say what to do: vggdraw farm add | video | plan | work | status | studio | list | get | logs | retry | cancel',
      ),
  handler: () => {},
};
