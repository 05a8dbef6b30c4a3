/** Fills models/ with the ONNX files of every layer that a built-in preset draws from, one folder per layer. */
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { drawDefaults } from '../src/drawing/recipe/options.js';
import { presets } from '../src/drawing/recipe/presets.js';
import { layersOf } from '../src/drawing/recipe/schedule.js';
import { findLayer } from '../src/networks/vgg19/layers.js';
import { loadWeights } from '../src/networks/vgg19/weights/load.js';
import { exportArtifacts } from '../src/outputs/exported-models.js';

const { height, width, weights, output } = await yargs(hideBin(process.argv))
  .usage('npm run export -- [options]')
  .option('height', { type: 'number', default: drawDefaults.size, describe: 'Height of the picture in pixels' })
  .option('width', { type: 'number', default: drawDefaults.size, describe: 'Width of the picture in pixels' })
  .option('weights', { type: 'string', default: drawDefaults.weights, describe: 'As in vggdraw export' })
  .option('output', { type: 'string', default: 'models', describe: 'Folder that gets a folder per layer' })
  .strict()
  .parseAsync();

const names = new Set(Object.values(presets).flatMap(layersOf));
for (const name of [...names].sort()) {
  const layer = findLayer(name);
  const folder = join(output, name);
  const loaded = await loadWeights(weights, layer);
  await exportArtifacts({ layer, height, width, weights: loaded, output: folder, overwrite: true });
  process.stdout.write(`${folder}: ${height}×${width}, weights ${loaded.source}\n`);
}
