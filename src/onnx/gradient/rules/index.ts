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

/** Operators whose rules use the gradients of all their outputs. The others have a gradient through their first alone. */
export const usingAllOutputs: ReadonlySet<string> = new Set(['Split']);
