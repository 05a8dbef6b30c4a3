/** `vggdraw weights`: pretrained weights, fetched once into the cache folder, and files of weights that are there already. */
import type { CommandBody } from './command-body.js';
import { clearCommand } from './weights/clear.js';
import { fetchCommand } from './weights/fetch.js';
import { importCommand } from './weights/import.js';
import { infoCommand } from './weights/info.js';
import { listCommand } from './weights/list.js';
import { pathCommand } from './weights/path.js';
import { verifyCommand } from './weights/verify.js';

export const weightsCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .command(fetchCommand)
      .command(listCommand)
      .command(verifyCommand)
      .command(pathCommand)
      .command(infoCommand)
      .command(importCommand)
      .command(clearCommand)
      .demandCommand(1, 'say what to do: vggdraw weights fetch | list | verify | path | info | import | clear')
      .epilogue(
        'The pretrained weights are those of the Visual Geometry Group, Oxford (CC BY 4.0), as Keras publishes them. Cite:\n' +
          'K. Simonyan and A. Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition, ICLR 2015.\n' +
          "They lie in the cache folder: $VGGDRAW_CACHE, else the system's usual place for such files.",
      ),
  handler: () => {},
};
