/** Strokes as paths of an SVG: regions that are filled, or lines. */
import { hardEdged } from './hard-edges.js';
import { endReach, lengthened, lengthOf, outlineOf } from './outline.js';
import { type Curve, type Point, pathData, shortNumber } from './path-data.js';
import { countOf, type Strokes } from './strokes.js';
import type { PathElement } from './svg-elements.js';

export interface StrokePath extends PathElement {
  /** How far a pen goes to draw it, in pixels, and not less than that. */
  readonly length: number;
}

/** Each stroke as a region with its tapered width. */
export function outlinesOf(strokes: Strokes): StrokePath[] {
  const decimals = decimalsFor(strokes);
  return eachOf(strokes, ({ curve, width, ink }) => {
    const { share, widthAt } = hardEdged(width);
    return {
      data: `${pathData(outlineOf(curve, widthAt), decimals)}z`,
      look: ink('fill', share),
      length: whole(curve),
    };
  });
}

/** Each stroke as a line along its middle, of its mean width, that ends where the stroke does, round ends included. */
export function centrelinesOf(strokes: Strokes): StrokePath[] {
  const decimals = decimalsFor(strokes);
  return eachOf(strokes, ({ curve, width, ink }) => {
    const { share, widthAt, meanWidth } = hardEdged(width);
    // Of a blot a little is left, so that it has a direction.
    const sooner = Math.min(lengthOf(curve) / 4, meanWidth / 2 - endReach(widthAt(0)));
    const line = lengthened(curve, -sooner);
    // Less exact than places, so that many lines share a width.
    const look = { ...ink('stroke', share), 'stroke-width': shortNumber(meanWidth, Math.max(0, decimals - 1)) };
    return { data: pathData([line], decimals), look, length: whole(line) };
  });
}

/** Each stroke as a line that is wider than any, of which no more is seen than lies in the outline: so that it can be drawn bit by bit. */
export function clippedLinesOf(strokes: Strokes): StrokePath[] {
  const decimals = decimalsFor(strokes);
  // Where a curve is lengthened its middle moves a little; and edges should be those of the outline alone.
  const widest = 2 + 1.25 * Math.max(0, ...strokes.width.map((width) => hardEdged(width).widthAt(0.5)));
  return eachOf(strokes, ({ curve, width, ink }, stroke) => {
    const { share, widthAt } = hardEdged(width);
    const reach = endReach(widthAt(0)) + 1;
    const line = lengthened(curve, reach);
    const clip = pathData(outlineOf(curve, widthAt), decimals);
    return {
      before: `<clipPath id="s${stroke}"><path d="${clip}z"/></clipPath>`,
      own: ` clip-path="url(#s${stroke})"`,
      // Nobody sees where it runs to a pixel.
      data: pathData([line], 0),
      look: { ...ink('stroke', share), 'stroke-width': String(Math.ceil(widest)) },
      length: whole(line),
    };
  });
}

const whole = (curve: Curve): number => Math.ceil(lengthOf(curve)) + 1;

/** Decimals of places and widths: ten thousand steps along the longest side, .03 mm on A4, are finer than what is printed. */
const decimalsFor = ({ size: { width, height } }: Strokes): number =>
  Math.max(0, Math.ceil(Math.log10(10_000 / Math.max(width, height))));

interface One {
  readonly curve: Curve;
  readonly width: number;
  /** Attributes of its colour and opacity. @param share of its opacity. */
  readonly ink: (paint: 'fill' | 'stroke', share: number) => Record<string, string>;
}

function eachOf<T>(strokes: Strokes, make: (one: One, stroke: number) => T): T[] {
  const { points, width, opacity, colour } = strokes;
  return Array.from({ length: countOf(strokes) }, (_, stroke) => {
    const [ax, ay, bx, by, cx, cy] = points.subarray(6 * stroke, 6 * stroke + 6) as unknown as [
      ...Point,
      ...Point,
      ...Point,
    ];
    const ink: One['ink'] = (paint, share) => ({
      [paint]: colourText(colour.subarray(3 * stroke, 3 * stroke + 3)),
      // A hundredth is as much as 8 bits tell of a stroke on paper.
      [`${paint}-opacity`]: shortNumber(share * opacity[stroke]!, 2),
    });
    return make(
      {
        curve: [
          [ax, ay],
          [bx, by],
          [cx, cy],
        ],
        width: width[stroke]!,
        ink,
      },
      stroke,
    );
  });
}

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
