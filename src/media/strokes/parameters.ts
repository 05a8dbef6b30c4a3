/**
 * Strokes as the parameters of a drawing, scaled so that one learning rate fits all: a step of 1 is what a person would call a small step
 * of a point, a width, an opacity or a colour.
 */
import type { Size } from '../../image/picture.js';
import type { Shape } from '../../onnx/index.js';
import type { Named } from '../../onnx/named.js';
import type { Marks } from './raster.js';
import type { StrokeKind } from './strokes.js';

/** Steps at 256 pixels: of a point and of a width in pixels, of an opacity and of a colour as logits. */
const steps = { points: 0.8, width: 0.06, opacity: 0.15, colour: 0.03 };

/** What a stroke takes at the most, so that one never hides another for good. */
const mostOpacity = 0.95;

/** What parameters of a drawing are multiplied by. */
export function unitsFor({ width, height }: Size): Record<keyof typeof steps, number> {
  const scale = Math.max(width, height) / 256;
  return { ...steps, points: steps.points * scale, width: steps.width * scale };
}

/** Shapes of the parameters. @param coloured whether each stroke has a colour of its own. */
export const slotsOf = (count: number, coloured: boolean): Named<Shape> => ({
  points: [count, 3, 2],
  width: [count],
  opacity: [count],
  ...(coloured ? { colour: [count, 3] } : {}),
});

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const logit = (p: number): number => Math.log(p / (1 - p));

/** Strokes without paper and kind, [n, 3, 2], [n], [n] and [n, 3], as of {@link Strokes}; colours only where they are the strokes' own. */
export interface Drawn {
  readonly points: Float32Array;
  readonly width: Float32Array;
  readonly opacity: Float32Array;
  readonly colour?: Float32Array | undefined;
}

/** What parameters mean. */
export function strokesOf(parameters: Named<Float32Array>, size: Size): Drawn {
  const units = unitsFor(size);
  const { points, width, opacity, colour } = parameters;
  return {
    points: points!.map((value) => value * units.points),
    width: width!.map((value) => value * units.width),
    opacity: opacity!.map((value) => mostOpacity * sigmoid(value * units.opacity)),
    colour: colour?.map((value) => sigmoid(value * units.colour)),
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

/** The gradient by the parameters, of that by what they mean. */
export function parametersBack(
  { opacity, colour }: Drawn,
  back: { readonly [K in keyof Drawn]: Float32Array | undefined },
  size: Size,
): Record<string, Float32Array> {
  const units = unitsFor(size);
  const ofSigmoid = (gradient: Float32Array, value: Float32Array, most: number, unit: number) =>
    gradient.map((slope, i) => slope * value[i]! * (1 - value[i]! / most) * unit);
  return {
    points: back.points!.map((slope) => slope * units.points),
    width: back.width!.map((slope) => slope * units.width),
    opacity: ofSigmoid(back.opacity!, opacity, mostOpacity, units.opacity),
    ...(colour ? { colour: ofSigmoid(back.colour!, colour, 1, units.colour) } : {}),
  };
}

/** How much strokes take of each channel, [n, channels]: those without colours of their own take all, as black ink and white chalk do. */
export function marksOf(drawn: Drawn, kind: StrokeKind, channels: number): Marks<Float32Array> {
  const { points, width, opacity, colour } = drawn;
  const all = () => new Float32Array(channels * width.length).fill(1);
  const amount = colour ? (kind === 'ink' ? colour.map((value) => 1 - value) : colour) : all();
  return { points, width, opacity, amount };
}
