/** What a plot takes, for people and programs. */
import type { PlotFigures } from '../plotting/plot.js';

/** As an event has it. */
export const figuresIn = ({ pens, penUpMetres, penLifts, minutes }: PlotFigures): PlotFigures => ({
  pens,
  penUpMetres,
  penLifts,
  minutes,
});

/** As a line. */
export function plotLine({ pens, penUpMetres, penLifts, minutes }: PlotFigures): string {
  const drawn = pens.map(({ label, metres }) => `${label} ${metres.toFixed(1)} m`).join(', ') || 'no pen';
  return `plot: ${drawn}; ${penUpMetres.toFixed(1)} m with the pen up, ${penLifts} lifts, ${minutes} minutes`;
}
