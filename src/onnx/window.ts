/** The geometry of sliding windows: what convolutions and pools of any stride, padding and dilation look at. */
import { intAttribute, intsAttribute, type Node, nodeLabel, stringAttribute } from './node.js';
import { isOpen, known, minus, plus, quotient, quotientUp, type Side, type Sides, times } from './sides.js';
import type { Shape } from './tensor.js';

/** Sliding windows along one spatial axis. */
export interface Axis {
  /** Side of the input. */
  readonly input: number;
  /** How many positions the window takes. */
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before and after the input. */
  readonly begin: number;
  readonly end: number;
}

/** The same along an axis that may be open. */
export interface OpenAxis extends Omit<Axis, 'input' | 'output'> {
  readonly input: Side;
  readonly output: Side;
}

/** @throws NotConstant where one is open. */
export const knownAxes = (axes: readonly OpenAxis[]): Axis[] =>
  axes.map((axis) => ({ ...axis, input: known(axis.input), output: known(axis.output) }));

/** How far the last window reaches, from where the first begins. */
export const reachOf = ({ output, kernel, stride, dilation }: Omit<OpenAxis, 'input' | 'begin' | 'end'>): Side =>
  plus(times(minus(output, 1), stride), dilation * (kernel - 1) + 1);

const largestInt = 2 ** 31 - 1;
const isIntFrom = (value: number, least: number): boolean =>
  Number.isInteger(value) && value >= least && value <= largestInt;

/**
 * An attribute with `count` numbers, none less than `least`, which all of them are where it is left out.
 * @throws Error, naming the node, where they are no such numbers.
 */
export function windowInts(node: Node, name: string, count: number, least: number): readonly number[] {
  const values = intsAttribute(node, name) ?? Array<number>(count).fill(least);
  if (values.length === count && values.every((value) => isIntFrom(value, least))) return values;
  throw new Error(`${nodeLabel(node)}: its ${name} have to be ${count} whole numbers from ${least} to ${largestInt}`);
}

/**
 * The windows of a Conv, MaxPool or AveragePool node over an input [N, C, …spatial], one entry per spatial axis.
 * `auto_pad` is resolved to explicit padding, as the ONNX operator documents define it.
 * @param kernel sides of the kernel, where they are not the node's `kernel_shape`.
 * @throws Error, naming the node, where there can be no such windows.
 */
export function windowAxes(node: Node, input: Shape, kernel?: Shape): Axis[];
export function windowAxes(node: Node, input: Sides, kernel?: Shape): OpenAxis[];
export function windowAxes(node: Node, input: Sides, kernel = intsAttribute(node, 'kernel_shape')): OpenAxis[] {
  const spatial = input.slice(2);
  const count = spatial.length;
  const pads = windowInts(node, 'pads', 2 * count, 0);
  const strides = windowInts(node, 'strides', count, 1);
  const dilations = windowInts(node, 'dilations', count, 1);
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  const isCeil = intAttribute(node, 'ceil_mode', 0) === 1;
  if (kernel?.length !== count || !kernel.every((side) => isIntFrom(side, 1))) {
    throw new Error(`${nodeLabel(node)}: its kernel does not fit ${count} spatial axes`);
  }
  return spatial.map((side, i) => {
    const axis = { input: side, kernel: kernel[i]!, stride: strides[i]!, dilation: dilations[i]! };
    const extent = axis.dilation * (axis.kernel - 1) + 1;
    if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
      const output = quotientUp(side, axis.stride);
      const padding = Math.max(0, known(minus(reachOf({ ...axis, output }), side)));
      const less = Math.floor(padding / 2);
      const begin = autoPad === 'SAME_UPPER' ? less : padding - less;
      return { ...axis, output, begin, end: padding - begin };
    }
    const [begin, end] = autoPad === 'VALID' ? [0, 0] : [pads[i]!, pads[count + i]!];
    const steps = minus(plus(side, begin + end), extent);
    let output = plus((isCeil ? quotientUp : quotient)(steps, axis.stride), 1);
    // In ceil mode a window that would start in the padding after the input is left out; where the padding is short there is none.
    if (isCeil && end + axis.stride > extent && known(minus(times(minus(output, 1), axis.stride), side)) >= begin)
      output = minus(output, 1);
    if (!isOpen(output) && output < 1)
      throw new Error(`${nodeLabel(node)}: its window is larger than its padded input`);
    return { ...axis, output, begin, end };
  });
}

/**
 * The windows of a ConvTranspose node: those of the convolution whose gradient in its input it is, so that `input` is a side of what the
 * node gives, and `output` one of what it takes. Where it gives more than its windows reach (`output_padding`), `end` is negative.
 * `output_shape` and `auto_pad` are resolved as ONNX Runtime resolves them.
 * @param input [N, C, …spatial].
 * @throws Error, naming the node, where there can be no such windows.
 */
export function transposedAxes(node: Node, input: Shape, kernel: Shape): Axis[];
export function transposedAxes(node: Node, input: Sides, kernel: Shape): OpenAxis[];
export function transposedAxes(node: Node, input: Sides, kernel: Shape): OpenAxis[] {
  const spatial = input.slice(2);
  const count = spatial.length;
  const [strides, dilations] = [windowInts(node, 'strides', count, 1), windowInts(node, 'dilations', count, 1)];
  const extra = windowInts(node, 'output_padding', count, 0);
  const pads = windowInts(node, 'pads', 2 * count, 0);
  // It may name images and channels as well.
  const stated = intsAttribute(node, 'output_shape')?.slice(-count);
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  const isSame = autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER';
  return spatial.map((output, i) => {
    const axis = { output, kernel: kernel[i]!, stride: strides[i]!, dilation: dilations[i]! };
    const reach = reachOf(axis);
    const wanted = stated?.[i] ?? (isSame ? times(output, axis.stride) : undefined);
    if (wanted === undefined) {
      const [begin, end] = autoPad === 'VALID' ? [0, 0] : [pads[i]!, pads[count + i]!];
      const side = plus(reach, extra[i]! - begin - end);
      return { ...axis, input: side, begin, end: end - extra[i]! };
    }
    if (!isOpen(wanted) && !isIntFrom(wanted, 1))
      throw new Error(`${nodeLabel(node)}: its output_shape has to be ${count} sides`);
    const rest = known(minus(reach, wanted));
    const padding = Math.max(0, rest + extra[i]!);
    const less = Math.floor(padding / 2);
    const begin = autoPad === 'SAME_UPPER' ? less : padding - less;
    return { ...axis, input: wanted, begin, end: rest - begin };
  });
}

/** Every place in the kernel, row-major. */
export function kernelPlaces(axes: readonly Pick<Axis, 'kernel'>[]): number[][] {
  return axes.reduce<number[][]>(
    (places, { kernel }) => places.flatMap((place) => [...Array(kernel).keys()].map((i) => [...place, i])),
    [[]],
  );
}
