/** The loss of each iteration of a drawing, phase by phase, as an SVG. */
import { escaped } from '../markup.js';
import { curve } from './curve.js';
import { linear, logarithmic, powerTicks, roundTicks } from './scale.js';

export interface PhaseLosses {
  /** The layers that are looked at. */
  readonly label: string;
  /** How many iterations it has; the last ones may not be done. */
  readonly iterations: number;
  /** Of each that is done; one that is not known, or not above 0, is left out. */
  readonly losses: readonly number[];
}

/** Writes a line of text as elements of an SVG. */
export type Lettering = (text: string, place: TextPlace) => string;

export interface TextPlace {
  /** Where its foot begins, ends, or has its middle. */
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** The height of its letters, as fonts have it. */
  readonly size: number;
  readonly colour: string;
  /** How wide it may get. Default: as wide as it is. */
  readonly most?: number | undefined;
}

/** In the SVG's unit. */
export const plotSize = { width: 960, height: 540 };
const area = { left: 84, right: 936, top: 88, bottom: 480 };

const colours = { title: '#1c1c1c', text: '#555', grid: '#e4e4e4', band: '#f5f6f8', line: '#2a5db0' };

/**
 * @param title one line. @param below what the drawing was made of, in smaller letters.
 * @param lettering default: text, in the reader's own letters.
 * @returns a whole file.
 */
export function lossPlot(
  title: string,
  below: string,
  phases: readonly PhaseLosses[],
  lettering: Lettering = plainText,
): string {
  const points = pointsOf(phases);
  const values = points.flat().map(([, loss]) => loss);
  const last = Math.max(1, endOf(phases, phases.length - 1));
  const x = linear(0, last, area.left, area.right);
  const [least, greatest] = values.length === 0 ? [0.1, 1] : [Math.min(...values), Math.max(...values)];
  // A little room, and some height where all are the same.
  const [from, to] = [least / 1.15, greatest * 1.15];
  const y = logarithmic(from, to, area.bottom, area.top);
  const { width, height } = plotSize;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    lettering(title, { x: area.left, y: 34, anchor: 'start', size: 20, colour: colours.title }),
    lettering(below, {
      x: area.left,
      y: 56,
      anchor: 'start',
      size: 13,
      colour: colours.text,
      most: area.right - area.left,
    }),
    ...phases.map(({ label }, i) => {
      const [start, end] = [x(endOf(phases, i - 1)), x(endOf(phases, i))];
      const band =
        i % 2 === 0
          ? ''
          : `<path d="M${start.toFixed(1)} ${area.top}H${end.toFixed(1)}V${area.bottom}H${start.toFixed(1)}Z" fill="${colours.band}"/>`;
      const place = {
        x: (start + end) / 2,
        y: area.top - 8,
        anchor: 'middle',
        size: 11,
        colour: colours.text,
      } as const;
      return band + lettering(label, { ...place, most: end - start - 8 });
    }),
    ...powerTicks(from, to).map((tick) => {
      const line = `<path d="M${area.left} ${y(tick).toFixed(1)}H${area.right}" stroke="${colours.grid}"/>`;
      const place = { x: area.left - 10, y: y(tick) + 4, anchor: 'end', size: 12, colour: colours.text } as const;
      return line + lettering(numberText(tick), place);
    }),
    ...roundTicks(0, last, 12)
      .filter(Number.isInteger)
      .map((tick) =>
        lettering(`${tick}`, { x: x(tick), y: area.bottom + 20, anchor: 'middle', size: 12, colour: colours.text }),
      ),
    lettering('iteration', {
      x: (area.left + area.right) / 2,
      y: area.bottom + 44,
      anchor: 'middle',
      size: 12,
      colour: colours.text,
    }),
    `<path d="M${area.left} ${area.top}V${area.bottom}H${area.right}" fill="none" stroke="#999"/>`,
    `<g fill="${colours.line}" stroke="${colours.line}" stroke-width="2" stroke-linejoin="round">`,
    ...points.map((phase) => curve(phase.map(([iteration, loss]) => [x(iteration), y(loss)]))),
    '</g></svg>\n',
  ].join('\n');
}

/** How many iterations there are up to the end of a phase. */
const endOf = (phases: readonly PhaseLosses[], index: number): number =>
  phases.slice(0, index + 1).reduce((sum, { iterations }) => sum + iterations, 0);

/** The iteration, from 1, and its loss, of each phase. */
const pointsOf = (phases: readonly PhaseLosses[]): [number, number][][] =>
  phases.map(({ losses }, phase) =>
    losses
      .map((loss, i): [number, number] => [endOf(phases, phase - 1) + i + 1, loss])
      .filter(([, loss]) => loss > 0 && Number.isFinite(loss)),
  );

/** Without an exponent where that is short. */
const numberText = (value: number): string =>
  value >= 1e-4 && value < 1e6 ? `${value}` : value.toExponential().replace('e+', 'e');

const plainText: Lettering = (text, { x, y, anchor, size, colour, most }) => {
  // Letters are as wide as .6 of their height, roughly.
  if (most !== undefined && 0.6 * size * text.length > most) return '';
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-family="system-ui, sans-serif" font-size="${size}" fill="${colour}">${escaped(text)}</text>`;
};
