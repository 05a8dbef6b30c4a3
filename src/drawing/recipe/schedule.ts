/** What the phases of a preset come to: how many iterations, at which layers, and at which learning rates. */
import type { Changing } from './changing.js';
import type { Phase, Preset } from './preset.js';

/** How many iterations all phases have together. */
export const iterationsOf = ({ phases }: Preset): number => phases.reduce((sum, { iterations }) => sum + iterations, 0);

/** The layers whose activations a phase compares. */
export const contentLayersIn = ({ layer, layers = {} }: Phase): string[] =>
  layer === undefined ? Object.keys(layers) : [layer];

/** All layers that a phase looks at. */
export const layersIn = (phase: Phase): string[] => [
  ...new Set([...contentLayersIn(phase), ...Object.keys(phase.style ?? {})]),
];

/** The layers at which any phase compares textures with the style pictures'. */
export const styleLayersOf = ({ phases }: Preset): string[] => [
  ...new Set(phases.flatMap(({ style = {} }) => Object.keys(style))),
];

/** Those that any phase looks at. */
export const layersOf = ({ phases }: Pick<Preset, 'phases'>): string[] => [...new Set(phases.flatMap(layersIn))];

/** The learning rate at an iteration of a phase, counted from 0. */
export const learningRateAt = ({ learningRate, iterations }: Phase, iteration: number): number =>
  valueAt(learningRate, iterations, iteration);

/** A number at an iteration of so many, counted from 0: a changing one is at `from` first and at `to` last. */
export function valueAt(value: Changing, iterations: number, iteration: number): number {
  if (typeof value === 'number') return value;
  const { from, to, decay } = value;
  const progress = iterations === 1 ? 0 : iteration / (iterations - 1);
  const remaining = decay === 'cosine' ? (1 + Math.cos(Math.PI * progress)) / 2 : 1 - progress;
  return to + (from - to) * remaining;
}
