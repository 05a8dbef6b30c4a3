/** Flags that several commands have. */
import { drawDefaults } from '../drawing/draw.js';

export const weightsOption = {
  describe:
    'auto (pretrained where it is at hand, else seeded) | seeded | seeded:N (random but orthogonal, no download) | ' +
    'pretrained | FILE (Keras HDF5, ONNX, safetensors, TensorFlow.js)',
  type: 'string',
  default: drawDefaults.weights,
  requiresArg: true,
} as const;
