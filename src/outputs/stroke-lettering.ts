/** Letters of a plot as lines, so that they look the same where there are no fonts. */
import { lettered, writableInPart } from '../media/strokes/lettering.js';
import type { Lettering } from '../plots/loss-plot.js';

/** The height of a digit, where that of letters is as fonts have it. */
const digit = 0.66;

export const strokeLettering: Lettering = (text, { x, y, anchor, size, colour, most = Number.POSITIVE_INFINITY }) => {
  const known = writableInPart(text);
  const height = digit * size;
  const points = lettered(known, { left: 0, top: y - height, height, most: Number.POSITIVE_INFINITY });
  const width = points.reduce((widest, value, i) => (i % 2 === 0 ? Math.max(widest, value) : widest), 0);
  if (width > most) return '';
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  const place = (i: number) => `${(left + points[i]!).toFixed(2)} ${points[i + 1]!.toFixed(2)}`;
  const curves = Array.from(
    { length: points.length / 6 },
    (_, n) => `M${place(6 * n)}Q${place(6 * n + 2)} ${place(6 * n + 4)}`,
  );
  return `<path d="${curves.join('')}" fill="none" stroke="${colour}" stroke-width="${(size / 11).toFixed(2)}" stroke-linecap="round"/>`;
};
