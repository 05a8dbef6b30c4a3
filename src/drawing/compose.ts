/** What a preset names, as objects: the medium, and each phase with its objective and its optimizer. */
import type { ColourSpace, Rgb } from '../colour/spaces.js';
import type { Medium } from '../media/medium.js';
import { pixels } from '../media/pixels/pixels.js';
import { paperOf } from '../media/pixels/spec.js';
import { strokes } from '../media/strokes/strokes-medium.js';
import { colour } from '../objectives/colour.js';
import { content, contentShare } from '../objectives/content.js';
import { ink } from '../objectives/ink.js';
import { smoothness } from '../objectives/smoothness.js';
import { style } from '../objectives/style.js';
import type { Term } from '../objectives/term.js';
import { adam } from '../onnx/optimizers/adam.js';
import { lbfgs } from '../onnx/optimizers/lbfgs.js';
import type { Phase } from './phase.js';
import type { Changing } from './recipe/changing.js';
import type { Preset, Phase as PresetPhase } from './recipe/preset.js';
import { contentLayersIn, learningRateAt, valueAt } from './recipe/schedule.js';
import { noStyle, type StyleChoice } from './recipe/style.js';

export const mediumOf = ({ canvas, medium }: Pick<Preset, 'canvas' | 'medium'>): Medium =>
  medium?.kind === 'strokes' ? strokes(medium, paperOf(canvas)) : pixels(canvas);

export function phasesOf(
  preset: Pick<Preset, 'phases' | 'adam' | 'canvas' | 'medium' | 'optimizer'>,
  chosen: StyleChoice = noStyle,
): Phase[] {
  const { phases, adam: constants, canvas, optimizer } = preset;
  const { space } = mediumOf(preset);
  return phases.map((phase) => ({
    label: contentLayersIn(phase).join('+'),
    objective: { terms: termsOf(phase, space, paperOf(canvas), chosen) },
    optimizer: optimizer === 'lbfgs' ? lbfgs : adam(constants),
    keepOptimizer: phase.keepOptimizer,
    iterations: phase.iterations,
    learningRateAt: (iteration) => learningRateAt(phase, iteration),
  }));
}

/** A single layer by itself costs what it did in the original program; beside other terms, what its share is. */
function termsOf(phase: PresetPhase, space: ColourSpace, paper: Rgb, chosen: StyleChoice): Term[] {
  const { layer, layers, ink: inkWeight, smoothness: smoothnessWeight, colour: colourWeight } = phase;
  const { style: styles, iterations } = phase;
  const others = [inkWeight, smoothnessWeight, colourWeight, styles];
  if (layer !== undefined && others.every((given) => given === undefined)) return [content(layer)];
  const weightOf = (...factors: Changing[]): Term['weight'] => {
    const at = (iteration: number) =>
      factors.reduce<number>((product, factor) => product * valueAt(factor, iterations, iteration), 1);
    return factors.every((factor) => typeof factor === 'number') ? at(0) : at;
  };
  const contents = layer === undefined ? Object.entries(layers!) : [[layer, 1] as const];
  return [
    ...contents.map(([name, weight]) => contentShare(name, weightOf(weight))),
    ...(inkWeight === undefined ? [] : [ink(weightOf(inkWeight), space, paper)]),
    ...(smoothnessWeight === undefined ? [] : [smoothness(weightOf(smoothnessWeight), space)]),
    ...(colourWeight === undefined ? [] : [colour(weightOf(colourWeight), space)]),
    ...Object.entries(styles ?? {}).map(([name, weight]) =>
      style(name, weightOf(weight, chosen.factor), chosen.weights),
    ),
  ];
}
