/** What a plot takes, for people. */
import type { PlotFigures } from '../plotting/plot.js';

export function plotLine({ pens, penUpMetres, penLifts, minutes }: PlotFigures): string {
  const drawn = pens.map(({ label, metres }) => `${label} ${metres.toFixed(1)} m`).join(', ') || 'no pen';
  return `plot: ${drawn}; ${penUpMetres.toFixed(1)} m with the pen up, ${penLifts} lifts, ${minutes} minutes`;
}
