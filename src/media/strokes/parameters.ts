/**
 * Strokes as the parameters of a drawing, scaled so that one learning rate fits all: a step of 1 is what a person would call a small step
 * of a point, a width, an opacity or a colour.
 */
import type { Size } from '../../image/picture.js';
import type { Shape } from '../../onnx/index.js';
import type { Named } from '../../onnx/named.js';
import { type Chosen, choose, chooseBack, type Pens } from './pens.js';
import type { Marks } from './raster.js';
import type { StrokeKind } from './strokes.js';

/** Steps at 256 pixels: of a point and of a width in pixels, of an opacity, of a colour and of the choice of a pen as logits. */
const steps = { points: 0.8, width: 0.06, opacity: 0.15, colour: 0.03, pen: 0.15 };

/** What a stroke takes at the most, so that one never hides another for good. */
export const mostOpacity = 0.95;

/** What parameters of a drawing are multiplied by. */
export function unitsFor({ width, height }: Size): Record<keyof typeof steps, number> {
  const scale = Math.max(width, height) / 256;
  return { ...steps, points: steps.points * scale, width: steps.width * scale };
}

/**
 * Shapes of the parameters.
 * @param coloured whether each stroke has a colour of its own.
 * @param pens of how many each chooses one: then its width and its colour are the pen's.
 */
export const slotsOf = (count: number, coloured: boolean, pens = 0): Named<Shape> =>
  pens > 0
    ? { points: [count, 3, 2], opacity: [count], pen: [count, pens] }
    : { points: [count, 3, 2], width: [count], opacity: [count], ...(coloured ? { colour: [count, 3] } : {}) };

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const logit = (p: number): number => Math.log(p / (1 - p));

/** Strokes without paper and kind, [n, 3, 2], [n], [n] and [n, 3], as of {@link Strokes}; colours only where they are the strokes' own. */
export interface Drawn {
  readonly points: Float32Array;
  readonly width: Float32Array;
  readonly opacity: Float32Array;
  readonly colour?: Float32Array | undefined;
  /** Where pens draw them: which, and how surely each stroke is drawn, 0 to {@link mostOpacity}. */
  readonly penned?: { readonly chosen: Chosen; readonly present: Float32Array } | undefined;
}

/** What parameters mean. @param pens where pens draw them. */
export function strokesOf(parameters: Named<Float32Array>, size: Size, pens?: Pens): Drawn {
  const units = unitsFor(size);
  const points = parameters.points!.map((value) => value * units.points);
  if (pens) return { points, ...pennedOf(parameters, pens) };
  const { width, opacity, colour } = parameters;
  return {
    points,
    width: width!.map((value) => value * units.width),
    opacity: opacity!.map((value) => mostOpacity * sigmoid(value * units.opacity)),
    colour: colour?.map((value) => sigmoid(value * units.colour)),
  };
}

/** What pens make of strokes. Whether a stroke is drawn at all is decided as the choice of its pen is, and at the same time. */
function pennedOf({ opacity, pen }: Named<Float32Array>, pens: Pens): Omit<Drawn, 'points'> {
  const { temperature } = pens;
  const chosen = choose(
    pen!.map((value) => value * steps.pen),
    pens,
  );
  const certain = (value: number) => (value >= 0 ? mostOpacity : 0);
  const present = opacity!.map((value) =>
    temperature === 0 ? certain(value) : mostOpacity * sigmoid((value * steps.opacity) / temperature),
  );
  return {
    width: chosen.width,
    opacity: present.map((share, stroke) => share * chosen.cover[stroke]!),
    colour: pens.coloured ? chosen.colour : undefined,
    penned: { chosen, present },
  };
}

/** The parameter that means an opacity below {@link mostOpacity}, at any size. */
export const opacityParameter = (value: number): number => logit(value / mostOpacity) / steps.opacity;

/** The parameters that mean such strokes: opacities below {@link mostOpacity}, colours between 0 and 1. */
export function parametersOf({ points, width, opacity, colour }: Drawn, size: Size): Record<string, Float32Array> {
  const units = unitsFor(size);
  return {
    points: points.map((value) => value / units.points),
    width: width.map((value) => value / units.width),
    opacity: opacity.map(opacityParameter),
    ...(colour ? { colour: colour.map((value) => logit(value) / units.colour) } : {}),
  };
}

/** The gradient by the parameters, of that by what they mean. @param pens where pens draw them. */
export function parametersBack(
  drawn: Drawn,
  back: Readonly<Record<'points' | 'width' | 'opacity', Float32Array>> & { readonly colour?: Float32Array | undefined },
  size: Size,
  pens?: Pens,
): Record<string, Float32Array> {
  const units = unitsFor(size);
  if (pens) return { points: back.points.map((slope) => slope * units.points), ...pennedBack(drawn, back, pens) };
  const { opacity, colour } = drawn;
  const ofSigmoid = (gradient: Float32Array, value: Float32Array, most: number, unit: number) =>
    gradient.map((slope, i) => slope * value[i]! * (1 - value[i]! / most) * unit);
  return {
    points: back.points.map((slope) => slope * units.points),
    width: back.width.map((slope) => slope * units.width),
    opacity: ofSigmoid(back.opacity, opacity, mostOpacity, units.opacity),
    ...(colour ? { colour: ofSigmoid(back.colour!, colour, 1, units.colour) } : {}),
  };
}

function pennedBack(
  { penned }: Drawn,
  { width, opacity, colour }: Pick<Parameters<typeof parametersBack>[1], 'width' | 'opacity' | 'colour'>,
  pens: Pens,
): Record<string, Float32Array> {
  const { chosen, present } = penned!;
  const cover = opacity.map((slope, stroke) => slope * present[stroke]!);
  // Nothing moves any more where each has chosen.
  const rate = pens.temperature === 0 ? 0 : steps.opacity / pens.temperature;
  return {
    opacity: opacity.map((slope, i) => {
      const share = present[i]!;
      return slope * chosen.cover[i]! * share * (1 - share / mostOpacity) * rate;
    }),
    pen: chooseBack(chosen, pens, { width, cover, colour }).map((slope) => slope * steps.pen),
  };
}

/** How much strokes take of each channel, [n, channels]: those without colours of their own take all, as black ink and white chalk do. */
export function marksOf(drawn: Drawn, kind: StrokeKind, channels: number): Marks<Float32Array> {
  const { points, width, opacity, colour } = drawn;
  const all = () => new Float32Array(channels * width.length).fill(1);
  const amount = colour ? (kind === 'ink' ? colour.map((value) => 1 - value) : colour) : all();
  return { points, width, opacity, amount };
}
