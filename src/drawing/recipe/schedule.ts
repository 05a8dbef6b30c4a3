/** What the phases of a preset come to: how many iterations, at which layers, and at which learning rates. */
import type { Phase, Preset } from './preset.js';

/** How many iterations all phases have together. */
export const iterationsOf = ({ phases }: Preset): number => phases.reduce((sum, { iterations }) => sum + iterations, 0);

/** The layers that any phase looks at. */
export const layersOf = ({ phases }: Preset): string[] => [...new Set(phases.map(({ layer }) => layer))];

/** The learning rate at an iteration of a phase, counted from 0: a decaying one is at `from` first and at `to` last. */
export function learningRateAt({ learningRate, iterations }: Phase, iteration: number): number {
  if (typeof learningRate === 'number') return learningRate;
  const { from, to, decay } = learningRate;
  const progress = iterations === 1 ? 0 : iteration / (iterations - 1);
  const remaining = decay === 'cosine' ? (1 + Math.cos(Math.PI * progress)) / 2 : 1 - progress;
  return to + (from - to) * remaining;
}
