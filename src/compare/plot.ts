/** Figures frame by frame, as a line in an SVG. */
import { curve } from '../plots/curve.js';
import { linear } from '../plots/scale.js';

const size = { width: 720, height: 160, left: 56, right: 8, top: 26, bottom: 24 };

/**
 * @param title plain text.
 * @param values one a frame; what is infinite lies at the top.
 * @param bound the criterion's, drawn across.
 * @returns an `svg` element.
 */
export function plotFigures(title: string, values: readonly number[], bound?: number): string {
  const { width, height, left, right, top, bottom } = size;
  const given = bound === undefined ? values : [...values, bound];
  const finite = given.filter(Number.isFinite).toSorted((a, b) => a - b);
  const [least = 0, greatest = least] = [finite[0], finite.at(-1)];
  const room = greatest - least || 1;
  const x = linear(-0.5, values.length - 0.5, left, width - right);
  const highest = least + room * 1.08;
  const at = linear(least, highest, height - bottom, top);
  const y = (value: number) => at(Math.min(value, highest));
  const label = (value: number) =>
    `<text x="${left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${Number(value.toPrecision(4))}</text>` +
    `<path class="grid" d="M${left} ${y(value).toFixed(1)}H${width - right}"/>`;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `<text class="title" x="${left}" y="14">${title}</text>`,
    ...(finite.length === 0 ? [] : [...new Set([least, greatest])].map(label)),
    bound === undefined ? '' : `<path class="bound" d="M${left} ${y(bound).toFixed(1)}H${width - right}"/>`,
    curve(values.map((value, index) => [x(index), y(value)])),
    `<text x="${left}" y="${height - 6}">frame 0</text>`,
    `<text x="${width - right}" y="${height - 6}" text-anchor="end">${values.length - 1}</text>`,
    '</svg>',
  ].join('');
}
