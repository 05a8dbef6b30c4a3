/** The table of gradient rules, gathered from the families. */
import type { GradientRules } from '../context.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { linear } from './linear.js';
import { movement } from './movement.js';
import { pooling } from './pooling.js';
import { reduction } from './reduction.js';

export const rules: GradientRules = {
  ...convolution,
  ...elementwise,
  ...linear,
  ...movement,
  ...pooling,
  ...reduction,
};
