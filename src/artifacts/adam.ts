/** The constants of Adam. Apart from the models, because presets need them and not what builds graphs. */
import type { AdamConstants } from '../onnx/index.js';

/** Keras' defaults. */
export const defaultAdam: AdamConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
