/** `vggdraw studio`: drawing in a browser. */
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { memorySchema } from '../drawing/recipe/memory-limit.js';
import { namingField } from '../errors.js';
import { checkPhotoFile } from '../image/source.js';
import { preprocessNames } from '../networks/index.js';
import { check } from '../validation.js';
import type { CommandBody } from './command-body.js';
import { inputPath } from './input-path.js';
import { Interruption, interrupted } from './interruption.js';
import { networkOption, preprocessOption, threadsOption, threadsSchema } from './options.js';
import { announce, openOption, pageShape, portOption } from './page-options.js';

const schema = z.object({
  ...pageShape,
  folder: z.string().min(1).optional(),
  weights: inputPath.optional(),
  network: inputPath.optional(),
  preprocess: z.enum(preprocessNames).optional(),
  threads: threadsSchema,
  memory: memorySchema.optional(),
});

/** Where drawings are kept where nobody says so: with the data of the person's applications. */
const usualFolder = (): string => join(envPaths('vggdraw', { suffix: '' }).data, 'studio');

export const studioCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .option('port', portOption)
      .option('folder', {
        describe: `Where drawings are kept [default: ${usualFolder()}]`,
        type: 'string',
        requiresArg: true,
      })
      .option('open', openOption)
      .option('weights', {
        describe: 'A file of weights to choose besides what the page offers, as for draw',
        type: 'string',
        requiresArg: true,
      })
      .option('network', networkOption)
      .option('preprocess', preprocessOption)
      .option('threads', threadsOption)
      .option('memory', {
        describe: 'Memory to keep to, such as 4G or 512M [default: what is free]',
        type: 'string',
        requiresArg: true,
      })
      .example('$0 studio --open', 'the page, in the browser')
      .example('$0 studio --network resnet50.onnx', 'drawings by another network than VGG-19')
      .epilogue(
        'It prints the address of its page, which lets in whoever has it, on this machine alone. Ctrl-C finishes the drawing that is being made with what there is, and ends; a second one ends at once.',
      ),
  handler: async (argv) => {
    const { port, open, folder, ...options } = check(schema, argv);
    if (options.weights !== undefined) await namingField('weights', () => checkPhotoFile(options.weights!));
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const interruption = new Interruption(() => true);
    const ended = once(interruption.signal, 'abort');
    const [{ Studio }, { openServer }] = await Promise.all([
      import('../studio/studio.js'),
      import('../studio/server.js'),
    ]);
    const studio = await Studio.open({ ...options, folder: resolve(folder ?? usualFolder()) });
    const server = await openServer(studio, port);
    await announce(server, { port, open });
    await ended;
    if (studio.isBusy) process.stderr.write('finishing what is being drawn; Ctrl-C again stops at once\n');
    await studio.close();
    await server.close();
    await interruption.release();
    process.exitCode = interrupted;
  },
};
