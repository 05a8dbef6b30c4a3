/** Flags that several commands have. */
import { drawDefaults } from '../drawing/recipe/options.js';

export const weightsOption = {
  describe:
    'auto (pretrained where it is at hand, else seeded) | seeded | seeded:N (random but orthogonal, no download) | ' +
    "pretrained ('vggdraw weights fetch' brings them: by the Visual Geometry Group, Oxford, CC BY 4.0) | " +
    'FILE (Keras HDF5, ONNX, safetensors, TensorFlow.js)',
  type: 'string',
  default: drawDefaults.weights,
  requiresArg: true,
} as const;
