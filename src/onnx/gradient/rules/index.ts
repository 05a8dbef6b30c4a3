/** The table of gradient rules, gathered from the families. */
import type { GradientRules } from '../context.js';
import { activations } from './activations.js';
import { convolution } from './convolution.js';
import { deformed } from './deformed.js';
import { einsum } from './einsum.js';
import { elementwise } from './elementwise.js';
import { functions } from './functions.js';
import { globalPooling } from './global-pooling.js';
import { indexing } from './indexing.js';
import { linear } from './linear.js';
import { losses } from './losses.js';
import { movement } from './movement.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { quantization } from './quantization.js';
import { rearranging } from './rearranging.js';
import { recurrent } from './recurrent.js';
import { reduction } from './reduction.js';
import { resize } from './resize.js';
import { sampling } from './sampling.js';
import { signal } from './signal.js';

export const rules: GradientRules = {
  ...activations,
  ...convolution,
  ...deformed,
  ...einsum,
  ...elementwise,
  ...functions,
  ...globalPooling,
  ...indexing,
  ...linear,
  ...losses,
  ...movement,
  ...normalization,
  ...pooling,
  ...rearranging,
  ...quantization,
  ...recurrent,
  ...reduction,
  ...resize,
  ...sampling,
  ...signal,
};
