/** What a preset names, as objects: the medium, and each phase with its objective and its optimizer. */

import type { Medium } from '../media/medium.js';
import { pixels } from '../media/pixels/pixels.js';
import { content } from '../objectives/content.js';
import { adam } from '../onnx/optimizers/adam.js';
import type { Phase } from './phase.js';
import type { Preset } from './recipe/preset.js';
import { learningRateAt } from './recipe/schedule.js';

export const mediumOf = ({ canvas }: Pick<Preset, 'canvas'>): Medium => pixels(canvas);

export const phasesOf = ({ phases, adam: constants }: Pick<Preset, 'phases' | 'adam'>): Phase[] =>
  phases.map((phase) => ({
    label: phase.layer,
    objective: { terms: [content(phase.layer)] },
    optimizer: adam(constants),
    keepOptimizer: phase.keepOptimizer,
    iterations: phase.iterations,
    learningRateAt: (iteration) => learningRateAt(phase, iteration),
  }));
