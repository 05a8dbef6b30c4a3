/** The table of gradient rules, gathered from the families. */
import type { GradientRules } from '../context.js';
import { activations } from './activations.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { functions } from './functions.js';
import { linear } from './linear.js';
import { losses } from './losses.js';
import { movement } from './movement.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { reduction } from './reduction.js';

export const rules: GradientRules = {
  ...activations,
  ...convolution,
  ...elementwise,
  ...functions,
  ...linear,
  ...losses,
  ...movement,
  ...normalization,
  ...pooling,
  ...reduction,
};
