/** `vggdraw weights import`: a file of weights in any format, converted into the cache folder. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { check } from '../../validation.js';
import { inputPath } from '../input-path.js';

const schema = z.object({ file: inputPath });

export const importCommand: CommandModule = {
  command: 'import <file>',
  describe: 'Convert a file of weights into the cache, and print where it is',
  builder: (yargs) =>
    yargs
      .positional('file', { describe: 'Keras HDF5, ONNX, safetensors or a TensorFlow.js model.json', type: 'string' })
      .epilogue('Draw with it by its path: vggdraw draw PHOTO --weights FILE'),
  handler: async (argv) => {
    const { file } = check(schema, argv);
    // Loaded only now: the other commands need not wait for it.
    const { importWeights } = await import('../../networks/vgg19/weights/import.js');
    process.stdout.write(`${await importWeights(file)}\n`);
  },
};
