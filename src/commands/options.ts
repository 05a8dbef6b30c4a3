/**
 * Flags that several commands have. One that takes a number is declared without a type: of what is no number yargs would make NaN,
 * and nobody could say what was given.
 */
import { drawDefaults } from '../drawing/recipe/options.js';

export const weightsOption = {
  describe:
    'auto (pretrained where it is at hand, else contour) | contour | contour:N (made from a formula, sees edges, no download) | ' +
    'seeded | seeded:N (random but orthogonal) | ' +
    "pretrained ('vggdraw weights fetch' brings them: by the Visual Geometry Group, Oxford, CC BY 4.0) | " +
    'FILE (Keras HDF5, ONNX, safetensors, TensorFlow.js)',
  type: 'string',
  default: drawDefaults.weights,
  requiresArg: true,
} as const;

/** Where to write, for commands that have to be told. */
export const outputOption = (describe: string) =>
  ({ alias: 'o', describe, type: 'string', demandOption: true, requiresArg: true }) as const;
