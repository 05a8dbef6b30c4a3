/** The file of a plot. */
import { hexOf } from '../colour/names.js';
import type { Rgb } from '../colour/spaces.js';
import type { Size } from '../image/picture.js';
import type { Line } from './lines.js';
import type { Pen } from './options.js';

/** What one pen draws. */
export interface Layer {
  readonly label: string;
  readonly pen: Pen;
  /** In millimetres on the page. */
  readonly lines: readonly Line[];
}

/** To a hundredth of a millimetre: plotters have steps of a fortieth or an eightieth. */
const number = (value: number): string => `${Number(value.toFixed(2))}`;

/**
 * What vpype, AxiDraw's and saxi's programs take as it is: the page's size, a unit of a millimetre, a group for each layer that says how its
 * paths are drawn, and nothing but paths in it.
 * Paper that is not white is told browsers and Inkscape in ways that draw nothing.
 */
export function plotSvg(layers: readonly Layer[], { width, height }: Size, paper: Rgb): string {
  const groups = layers.map(({ label, pen, lines }, i) =>
    [
      `<g id="layer${i + 1}" inkscape:groupmode="layer" inkscape:label="${label}"`,
      ` fill="none" stroke="${hexOf(pen.colour)}" stroke-width="${number(pen.width)}"`,
      ' stroke-linecap="round" stroke-linejoin="round">\n',
      ...lines.map((line) => `<path d="${pathOf(line)}"/>\n`),
      '</g>\n',
    ].join(''),
  );
  const colour = hexOf(paper);
  const isWhite = colour === '#ffffff';
  const sodipodi = ' xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"';
  const [across, down] = [number(width), number(height)];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" version="1.1"',
    ` width="${across}mm" height="${down}mm" viewBox="0 0 ${across} ${down}"`,
    isWhite ? '>\n' : `${sodipodi} style="background:${colour}">\n<sodipodi:namedview pagecolor="${colour}"/>\n`,
    ...groups,
    '</svg>\n',
  ].join('');
}

/** A space follows a number, and a letter needs none. */
function pathOf(line: Line): string {
  const points = Array.from(
    { length: line.length / 2 },
    (_, i) => `${number(line[2 * i]!)} ${number(line[2 * i + 1]!)}`,
  );
  const curves = points.slice(1).map((point, i) => (i % 2 === 0 ? `Q${point}` : ` ${point}`));
  return `M${points[0]}${curves.join('')}`;
}
