/** A drawing of strokes as a file for pen plotters. */
import type { Strokes } from '../media/strokes/strokes.js';
import { check } from '../validation.js';
import { joined } from './join.js';
import { lengthOfLine, linesOf, type Point } from './lines.js';
import { type PlotOptions, plotSchema } from './options.js';
import { shortOrder, travelOf } from './order.js';
import { placed } from './page.js';
import { labelOf, pensFor, sharedOut } from './pens.js';
import { type Layer, plotSvg } from './svg.js';

/** What a plot takes. */
export interface PlotFigures {
  /** In the order of the layers; those that draw nothing are left out. */
  readonly pens: readonly {
    /** The name of its layer: `1 black 0.3mm`. */
    readonly label: string;
    /** What it draws, in metres. */
    readonly metres: number;
    /** How often it is put down and lifted. */
    readonly paths: number;
  }[];
  /** How far pens travel without drawing, in metres: each from the page's upper left corner and back. */
  readonly penUpMetres: number;
  /** How often a pen is lifted. */
  readonly penLifts: number;
  /** How long all of it takes but for changing pens, at even speeds. */
  readonly minutes: number;
}

export interface Plot {
  /** The file. */
  readonly svg: string;
  readonly figures: PlotFigures;
}

/** A pen travels so many times as fast as it draws: AxiDraw's own settings are 25 % and 75 % of its greatest speed. */
const travelSpeed = 3;

/** Seconds that a pen takes to be lifted and put down again: a servo's 0.1 to 0.15 each way. */
const liftSeconds = 0.25;

/** A line of so many widths of its pen is a dot, as cutting off leaves them: not worth a lift. */
const dot = 4;

/** Where a pen comes from and goes to: the corner at which plotters begin. */
const home: Point = [0, 0];

/**
 * Makes a file for pen plotters of strokes: an SVG of the paper's size whose unit is a millimetre, without transforms and fills, with a layer
 * for each pen (Inkscape's, named as `1 black 0.3mm`), which has the pen's colour and width. What a pen draws are quadratic Bézier curves:
 * those that meet are drawn in one go, and their order and directions keep the way between them short. The drawing lies in the middle of
 * the page, as large as its margins allow, and what strokes are outside of it is cut off.
 * @param strokes as frames have them, `frame.strokes`. Those whose opacity is less than an eighth are left out: a pen draws or does not.
 * @param options lengths with their unit, such as `0.3mm`.
 * @throws InputError that names the first option that is wrong; and `pens`, where strokes have so many colours that they have to be given.
 */
export function plotStrokes(strokes: Strokes, options: PlotOptions = {}): Plot {
  const { page, margin, pens, plotSpeed } = check(plotSchema, options);
  const placement = placed(strokes.size, page, margin);
  const drawers = pens ? sharedOut(strokes, pens, placement.scale) : pensFor(strokes, placement.scale);
  const layers: Layer[] = drawers.flatMap((pen, i) => {
    const lines = pen.strokes
      .flatMap((stroke) => linesOf(strokes, stroke, placement))
      .filter((line) => lengthOfLine(line) > dot * pen.width);
    if (lines.length === 0) return [];
    return [{ label: labelOf(pen, i + 1), pen, lines: shortOrder(joined(lines, pen.width), home) }];
  });
  return { svg: plotSvg(layers, page, strokes.paper), figures: figuresOf(layers, plotSpeed) };
}

function figuresOf(layers: readonly Layer[], speed: number): PlotFigures {
  const pens = layers.map(({ label, lines }) => ({
    label,
    metres: metres(lines.reduce((sum, line) => sum + lengthOfLine(line), 0)),
    paths: lines.length,
  }));
  const penUpMetres = metres(layers.reduce((sum, { lines }) => sum + travelOf(lines, home), 0));
  const penLifts = pens.reduce((sum, { paths }) => sum + paths, 0);
  const drawn = pens.reduce((sum, pen) => sum + pen.metres, 0);
  const seconds = (1000 * (drawn + penUpMetres / travelSpeed)) / speed + liftSeconds * penLifts;
  return { pens, penUpMetres, penLifts, minutes: Number((seconds / 60).toFixed(1)) };
}

/** Millimetres as metres, to the millimetre. */
const metres = (millimetres: number): number => Math.round(millimetres) / 1000;
