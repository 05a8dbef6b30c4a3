/** `vggdraw export`: the models of one layer as ONNX files. */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { drawDefaults } from '../drawing/recipe/options.js';
import { checkKeeps } from '../files/inputs.js';
import { findLayer } from '../networks/vgg19/layers.js';
import { oneLine } from '../one-line.js';
import { weightsInputs } from '../tensor-files/model-inputs.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { inputPath } from './input-path.js';
import { outputOption, weightsOption } from './options.js';

const side = z.number().int().min(1).max(65_536);

const schema = z.object({
  layer: z.string(),
  height: side,
  width: side,
  weights: inputPath,
  output: z.string().min(1),
  overwrite: z.boolean(),
});

export const exportCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .option('layer', {
        describe: 'Layer that is compared, as Keras names it (block1_conv1 … block5_pool; conv5_2 and pool5 do too)',
        type: 'string',
        demandOption: true,
        requiresArg: true,
      })
      .option('height', {
        describe: 'Height of the picture in pixels',
        default: drawDefaults.size,
        requiresArg: true,
      })
      .option('width', {
        describe: 'Width of the picture in pixels',
        default: drawDefaults.size,
        requiresArg: true,
      })
      .option('weights', weightsOption)
      .option('output', outputOption('Folder to write to'))
      .option('overwrite', { describe: 'Replace files that are there', ...flag })
      .example(
        '$0 export --layer block2_conv2 --height 224 --width 224 -o models/mine',
        'three models and their weights',
      )
      .epilogue(
        'Files: eval_model.onnx (pixels → activation), training_model.onnx (pixels, target → loss, pixels_grad),\n' +
          'optimizer_model.onnx (one step of Adam), vgg19.weights (the weights of all three). Standard operators only.',
      ),
  handler: async (argv) => {
    const { layer: name, height, width, weights: source, output, overwrite } = check(schema, argv);
    const layer = findLayer(name);
    // Loaded only now: the other commands need not wait for it.
    const { checkExport, checkSide, exportArtifacts } = await import('../outputs/exported-models.js');
    const { loadWeights } = await import('../networks/vgg19/weights/load.js');
    checkSide(height, 'height', { layer });
    checkSide(width, 'width', { layer });
    const read = await weightsInputs(source);
    for (const path of await checkExport(output, overwrite, 'add --overwrite to replace it'))
      checkKeeps(path, read, 'output');
    const weights = await loadWeights(source, layer);
    const paths = await exportArtifacts({ layer, height, width, weights, output, overwrite });
    process.stderr.write(`${layer.name} at ${width}×${height}, weights ${oneLine(weights.source)}\n`);
    for (const path of paths) process.stdout.write(`${path}  ${((await stat(path)).size / 1e6).toFixed(1)} MB\n`);
  },
};
