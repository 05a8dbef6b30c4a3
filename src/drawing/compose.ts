/** What a preset names, as objects: the medium, and each phase with its objective and its optimizer. */
import type { ColourSpace, Rgb } from '../colour/spaces.js';
import type { Medium } from '../media/medium.js';
import { pixels } from '../media/pixels/pixels.js';
import { paperOf } from '../media/pixels/spec.js';
import { strokes } from '../media/strokes/strokes-medium.js';
import { content, contentShare } from '../objectives/content.js';
import { ink } from '../objectives/ink.js';
import { smoothness } from '../objectives/smoothness.js';
import type { Term } from '../objectives/term.js';
import { adam } from '../onnx/optimizers/adam.js';
import type { Phase } from './phase.js';
import type { Changing, Preset, Phase as PresetPhase } from './recipe/preset.js';
import { layersIn, learningRateAt, valueAt } from './recipe/schedule.js';

export const mediumOf = ({ canvas, medium }: Pick<Preset, 'canvas' | 'medium'>): Medium =>
  medium?.kind === 'strokes' ? strokes(medium, paperOf(canvas)) : pixels(canvas);

export function phasesOf(preset: Pick<Preset, 'phases' | 'adam' | 'canvas' | 'medium'>): Phase[] {
  const { phases, adam: constants, canvas } = preset;
  const { space } = mediumOf(preset);
  return phases.map((phase) => ({
    label: layersIn(phase).join('+'),
    objective: { terms: termsOf(phase, space, paperOf(canvas)) },
    optimizer: adam(constants),
    keepOptimizer: phase.keepOptimizer,
    iterations: phase.iterations,
    learningRateAt: (iteration) => learningRateAt(phase, iteration),
  }));
}

/** A single layer by itself costs what it did in the original program; beside other terms, what its share is. */
function termsOf(phase: PresetPhase, space: ColourSpace, paper: Rgb): Term[] {
  const { layer, layers, ink: inkWeight, smoothness: smoothnessWeight, iterations } = phase;
  if (layer !== undefined && inkWeight === undefined && smoothnessWeight === undefined) return [content(layer)];
  const weightOf = (value: Changing): Term['weight'] =>
    typeof value === 'number' ? value : (iteration) => valueAt(value, iterations, iteration);
  const contents = layer === undefined ? Object.entries(layers!) : [[layer, 1] as const];
  return [
    ...contents.map(([name, weight]) => contentShare(name, weightOf(weight))),
    ...(inkWeight === undefined ? [] : [ink(weightOf(inkWeight), space, paper)]),
    ...(smoothnessWeight === undefined ? [] : [smoothness(weightOf(smoothnessWeight), space)]),
  ];
}
