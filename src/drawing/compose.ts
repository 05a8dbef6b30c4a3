/** What a preset names, as objects: the medium, and each phase with its objective and its optimizer. */
import type { Medium } from '../media/medium.js';
import { pixels } from '../media/pixels/pixels.js';
import { paperOf, spaceOf } from '../media/pixels/spec.js';
import { colour } from '../objectives/colour.js';
import { content, contentShare } from '../objectives/content.js';
import { ink } from '../objectives/ink.js';
import { smoothness } from '../objectives/smoothness.js';
import { style } from '../objectives/style.js';
import type { Term } from '../objectives/term.js';
import { adam } from '../onnx/optimizers/adam.js';
import { lbfgs } from '../onnx/optimizers/lbfgs.js';
import type { Phase } from './phase.js';
import type { Changing, Preset, Phase as PresetPhase } from './recipe/preset.js';
import { contentLayersIn, learningRateAt, valueAt } from './recipe/schedule.js';
import { noStyle, type StyleChoice } from './recipe/style.js';

export const mediumOf = ({ canvas }: Pick<Preset, 'canvas'>): Medium => pixels(canvas);

export const phasesOf = (
  { phases, adam: constants, canvas, optimizer }: Pick<Preset, 'phases' | 'adam' | 'canvas' | 'optimizer'>,
  chosen: StyleChoice = noStyle,
): Phase[] =>
  phases.map((phase) => ({
    label: contentLayersIn(phase).join('+'),
    objective: { terms: termsOf(phase, canvas, chosen) },
    optimizer: optimizer === 'lbfgs' ? lbfgs : adam(constants),
    keepOptimizer: phase.keepOptimizer,
    iterations: phase.iterations,
    learningRateAt: (iteration) => learningRateAt(phase, iteration),
  }));

/** A single layer by itself costs what it did in the original program; beside other terms, what its share is. */
function termsOf(phase: PresetPhase, canvas: Preset['canvas'], chosen: StyleChoice): Term[] {
  const [space, paper] = [spaceOf(canvas.colours), paperOf(canvas)];
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
