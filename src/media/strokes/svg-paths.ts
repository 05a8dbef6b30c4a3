/** Strokes as paths of an SVG: regions that are filled, or lines. */
import { evenLines } from './even-lines.js';
import { outlineWidth, rim } from './hard-edges.js';
import { endReach, lengthened, lengthOf, outlineOf } from './outline.js';
import { seenOpacity } from './painted.js';
import { type Curve, type Point, pathData, shortNumber } from './path-data.js';
import { countOf, type Strokes } from './strokes.js';
import type { PathElement } from './svg-elements.js';

export interface StrokePath extends PathElement {
  /** How far a pen goes to draw it, in pixels, and not less than that. */
  readonly length: number;
}

/** Each stroke as a region of its tapered width. */
export function outlinesOf(strokes: Strokes): StrokePath[] {
  const decimals = decimalsFor(strokes);
  const seen = { ...strokes, opacity: seenOpacity(strokes) };
  return eachOf(seen, ({ curve, width, opacity, colour }) => ({
    // Of the whole: fill and rim are one.
    own: ` opacity="${shortOpacity(opacity)}"`,
    look: { fill: colour, stroke: colour },
    data: `${pathData(outlineOf(curve, outlineWidth(width, strokes.isOfPens)), decimals)}z`,
    length: wholeLength(curve),
  }));
}

/** Each stroke as a line of one width. */
export function* centrelinesOf(strokes: Strokes): Generator<void, StrokePath[], void> {
  const decimals = decimalsFor(strokes);
  return eachOf(yield* evenLines(strokes), ({ curve, width, opacity, colour }) => ({
    look: {
      stroke: colour,
      'stroke-opacity': shortOpacity(opacity),
      // Less exact than places, so that many lines share a width.
      'stroke-width': shortNumber(width, Math.max(1, decimals - 1)),
    },
    data: pathData([curve], decimals),
    length: wholeLength(curve),
  }));
}

/** A line along the middle of each stroke, that hides nothing of its outline if it is as wide as {@link widestOf}. */
export const sweepsOf = (strokes: Strokes): StrokePath[] =>
  eachOf(strokes, ({ curve, width }) => {
    const sweep = lengthened(curve, endReach(outlineWidth(width, strokes.isOfPens)(0)) + rim.width);
    // Nobody sees where it runs to a pixel.
    return { look: {}, data: pathData([sweep], 0), length: wholeLength(sweep) };
  });

/** A width that covers every stroke, and a little more: a curve that is lengthened moves in its middle. */
export const widestOf = ({ width }: Strokes): number =>
  Math.ceil(2 * rim.width + 1.25 * outlineWidth(width.reduce((widest, one) => Math.max(widest, one), 0))(0.5));

const wholeLength = (curve: Curve): number => Math.ceil(lengthOf(curve)) + 1;

/** Decimals of places and widths: ten thousand steps along the longest side, .03 mm on A4, are finer than what is printed. */
const decimalsFor = ({ size: { width, height } }: Strokes): number =>
  Math.max(0, Math.ceil(Math.log10(10_000 / Math.max(width, height))));

/** A hundredth is as much as 8 bits tell of a stroke. */
const shortOpacity = (opacity: number): string => shortNumber(opacity, 2);

interface One {
  readonly curve: Curve;
  readonly width: number;
  readonly opacity: number;
  readonly colour: string;
}

const eachOf = <T>(strokes: Strokes, make: (one: One) => T): T[] =>
  Array.from({ length: countOf(strokes) }, (_, stroke) => {
    const point = (i: number): Point => [strokes.points[6 * stroke + 2 * i]!, strokes.points[6 * stroke + 2 * i + 1]!];
    return make({
      curve: [point(0), point(1), point(2)],
      width: strokes.width[stroke]!,
      opacity: strokes.opacity[stroke]!,
      colour: colourText(strokes.colour.subarray(3 * stroke, 3 * stroke + 3)),
    });
  });

/** R, G, B from 0 to 1 as `#rrggbb`, or `#rgb` where that says the same. */
export function colourText(colour: Iterable<number>): string {
  const digits = [...colour].map((share) =>
    Math.round(255 * share)
      .toString(16)
      .padStart(2, '0'),
  );
  const isShort = digits.every(([first, second]) => first === second);
  return `#${digits.map((pair) => (isShort ? pair[0] : pair)).join('')}`;
}
