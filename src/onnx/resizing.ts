/** The geometry of Resize: which elements of its input each element of its output is a weighted sum of, axis by axis. */
import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from './node.js';
import type { ShapeContext } from './shapes/context.js';
import { areKnown, isOpen, known, quotient, type Side, type Sides, times } from './sides.js';

/** One axis that is resized. Numbers are rounded as a kernel in float32 has them, or the nearest element would be another one. */
export interface ResizedAxis {
  readonly axis: number;
  readonly input: number;
  readonly output: number;
  readonly scale: number;
  /** Part of the input, from 0 to 1, that tf_crop_and_resize looks at. */
  readonly from: number;
  readonly to: number;
}

/** The same of an axis that may be open. */
export interface OpenResizedAxis extends Omit<ResizedAxis, 'input' | 'output' | 'scale'> {
  readonly input: Side;
  readonly output: Side;
  /** Undefined where it is the quotient of sides that are open. */
  readonly scale: number | undefined;
}

/** Whether all is known of an axis. */
export const isKnown = (axis: OpenResizedAxis): axis is ResizedAxis => areKnown([axis.input, axis.output]);

/** The axes of a Resize node, all of them, of which most have a scale of 1. */
export function resizedAxes(c: ShapeContext): OpenResizedAxis[] {
  const shape = c.sides(0);
  const rank = shape.length;
  const axes = intsAttribute(c.node, 'axes')?.map((axis) => c.axis(axis, rank)) ?? [...shape.keys()];
  const isGiven = (input: number) => c.has(input) && c.sides(input).join() !== '0';
  const crops = stringAttribute(c.node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';
  const region = crops && isGiven(1) ? c.constants(1) : undefined;
  const place = (axis: number) => axes.indexOf(axis);
  const cropped = (axis: number) => ({
    from: region && place(axis) >= 0 ? Math.fround(region[place(axis)]!) : 0,
    to: region && place(axis) >= 0 ? Math.fround(region[axes.length + place(axis)]!) : 1,
  });
  if (isGiven(3)) {
    const wanted = c.elements(3);
    const inputs = axes.map((axis) => shape[axis]!);
    const common = commonScale(c, inputs, wanted);
    return shape.map((input, axis) => {
      if (place(axis) < 0) return { axis, input, output: input, scale: 1, ...cropped(axis) };
      const output = common === undefined ? wanted[place(axis)]! : Math.round(common * known(input));
      const scale = isOpen(output) || isOpen(input) ? undefined : Math.fround(output / input);
      return { axis, input, output, scale: common ?? scale, ...cropped(axis) };
    });
  }
  const scales = c.constants(2);
  if (scales.length !== axes.length || !scales.every((scale) => scale > 0)) c.fail('its scales do not fit its input');
  return shape.map((input, axis) => {
    const scale = place(axis) < 0 ? 1 : Math.fround(scales[place(axis)]!);
    const { from, to } = cropped(axis);
    // Where it crops, the standard multiplies by the region's extent as well, and ONNX Runtime, which runs all graphs here, does not.
    return { axis, input, output: scaled(input, scale), scale, from, to };
  });
}

/** A side times a scale, rounded down. */
function scaled(side: Side, scale: number): Side {
  if (!isOpen(side)) return Math.floor(Math.fround(side * scale));
  // A fraction that floats have exactly.
  const parts = [1, 2, 4, 8, 1 / scale].find((number) => Number.isInteger(number) && Number.isInteger(scale * number));
  return parts === undefined ? known(side) : quotient(times(side, scale * parts), parts);
}

/** The scale of all axes, where the node asks for one that keeps what is wanted of each. */
function commonScale(c: ShapeContext, inputs: Sides, wanted: Sides): number | undefined {
  if (wanted.length !== inputs.length) c.fail('its sizes do not fit its input');
  const policy = stringAttribute(c.node, 'keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return undefined;
  const scales = wanted.map((side, i) => Math.fround(known(side) / known(inputs[i]!)));
  return policy === 'not_larger' ? Math.min(...scales) : Math.max(...scales);
}

/** Weights of the input's elements for each element of the output, row by row: [output, input]. */
export function resizeWeights(c: ShapeContext, axis: ResizedAxis): number[][] {
  const { node } = c;
  const mode = stringAttribute(node, 'mode', 'nearest');
  const crops = stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';
  return Array.from({ length: axis.output }, (_, i) => {
    const row = Array<number>(axis.input).fill(0);
    const place = coordinate(c, axis, i);
    // Outside of the input it is the node's constant.
    if (crops && (place < 0 || place > axis.input - 1)) return row;
    const add = (at: number, weight: number) => {
      row[Math.min(Math.max(at, 0), axis.input - 1)]! += weight;
    };
    if (mode === 'nearest') add(nearest(c, place), 1);
    else {
      for (const [at, weight] of taps(c, axis, place)) add(at, weight);
    }
    return row;
  });
}

/** The place in the input that an element of the output lies at. */
function coordinate(c: ShapeContext, { input, output, scale, from, to }: ResizedAxis, i: number): number {
  const round = Math.fround;
  const halfPixel = () => round(round(round(i + 0.5) / scale) - 0.5);
  const mode = stringAttribute(c.node, 'coordinate_transformation_mode', 'half_pixel');
  switch (mode) {
    case 'half_pixel':
      return halfPixel();
    case 'half_pixel_symmetric': {
      const adjustment = round(output / round(scale * input));
      const offset = round((input / 2) * round(1 - adjustment));
      return round(round(offset + round(round(i + 0.5) / scale)) - 0.5);
    }
    case 'pytorch_half_pixel':
      return output > 1 ? halfPixel() : 0;
    case 'align_corners':
      return output === 1 ? 0 : round(round(i * (input - 1)) / (output - 1));
    case 'asymmetric':
      return round(i / scale);
    case 'tf_half_pixel_for_nn':
      return round(round(i + 0.5) / scale);
    case 'tf_crop_and_resize': {
      const last = input - 1;
      if (output === 1) return round(0.5 * round(from + to) * last);
      const along = round(round(round(i * round(to - from)) * last) / (output - 1));
      return round(round(from * last) + along);
    }
    default:
      return c.fail(`the coordinate_transformation_mode '${mode}' is not known`);
  }
}

function nearest(c: ShapeContext, place: number): number {
  const mode = stringAttribute(c.node, 'nearest_mode', 'round_prefer_floor');
  if (mode === 'floor') return Math.floor(place);
  if (mode === 'ceil') return Math.ceil(place);
  return mode === 'round_prefer_ceil' ? Math.floor(place + 0.5) : Math.ceil(place - 0.5);
}

/** The elements around a place, and what each weighs. */
function taps(c: ShapeContext, { input, scale }: ResizedAxis, place: number): [number, number][] {
  const isCubic = stringAttribute(c.node, 'mode', 'nearest') === 'cubic';
  const a = floatAttribute(c.node, 'cubic_coeff_a', -0.75);
  const filter = isCubic
    ? (distance: number) => cubicFilter(distance, a)
    : (distance: number) => Math.max(0, 1 - distance);
  // With antialias the filter is as wide as an element of the output.
  const width = intAttribute(c.node, 'antialias', 0) === 1 ? Math.min(1, scale) : 1;
  const excludes = intAttribute(c.node, 'exclude_outside', 0) === 1;
  const reach = (isCubic ? 2 : 1) / width;
  const found: [number, number][] = [];
  for (let at = Math.ceil(place - reach); at <= Math.floor(place + reach); at++) {
    const weight = filter(Math.abs(at - place) * width);
    const isLeftOut = excludes && (isCubic || width < 1) && (at < 0 || at >= input);
    if (weight !== 0 && !isLeftOut) found.push([at, weight]);
  }
  const sum = found.reduce((total, [, weight]) => total + weight, 0);
  return found.map(([at, weight]) => [at, weight / sum]);
}

/** Keys' cubic convolution: weights of elements up to 2 away. */
export function cubicFilter(distance: number, a: number): number {
  if (distance <= 1) return ((a + 2) * distance - (a + 3)) * distance ** 2 + 1;
  return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
}
