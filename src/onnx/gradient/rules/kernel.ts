/** Gradient of a convolution with respect to its kernel. */
import type { Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import { isSame, known, minus, plus, type Side, times } from '../../sides.js';
import { kernelPlaces, type OpenAxis, reachOf } from '../../window.js';

/** What a convolution took and gave. Of a transposed one they have changed places. */
export interface Convolved {
  /** [N, C, …sides]. */
  readonly input: Value;
  /** What came back to its output, [N, O, …positions]. */
  readonly output: Value;
  readonly axes: readonly OpenAxis[];
  readonly group: number;
}

/**
 * Fewest channels in a group for which each place in the kernel has a matrix product of its own. Measured on the CPU: with 16 and more that
 * is 1.1 to 1.6 times as fast as one product for all places, and its memory is that of one place; with three or one it takes 2.5 to 3 times
 * as long, because a product of so few columns fills no vector.
 */
const fewestChannels = 16;

/**
 * The kernel's gradient, [O, C/group, …kernel]: at each place in the kernel, what lies under it in all windows times what came back to
 * these. As a convolution of its own, images and channels swapped, it takes up to five times as long.
 */
export function kernelGradient(o: Operators, { input, output, axes, group }: Convolved): Value {
  const [images] = o.graph.sides(input) as [Side];
  const [channels, out] = [input, output].map((value) => known(o.graph.sides(value)[1]!)) as [number, number];
  const perGroup = channels / group;
  const positions = axes.reduce<Side>((count, axis) => times(count, axis.output), 1);
  const padded = padInput(o, input, axes);
  const back = o.reshape(output, [images, group, out / group, positions]);
  const under = (place: readonly number[]): Value =>
    o.reshape(takeUnder(o, padded, axes, place), [images, group, perGroup, positions]);
  const product = (columns: Value): Value => o.reduceSum(o.matMul(back, o.transposeMatrix(columns)), [0], false);
  const places = kernelPlaces(axes);
  const shape = [out, perGroup, ...axes.map(({ kernel }) => kernel)];
  if (places.length === 1) return o.reshape(product(under(places[0]!)), shape);
  if (perGroup < fewestChannels) {
    const all = product(o.concat(places.map(under), 2));
    return o.reshape(o.transpose(o.reshape(all, [out, places.length, perGroup]), [0, 2, 1]), shape);
  }
  const each = places.map((place) => o.reshape(product(under(place)), [out, perGroup, 1]));
  return o.reshape(o.concat(each, 2), shape);
}

/** The input with its padding, cut where no window reaches. */
function padInput(o: Operators, input: Value, axes: readonly OpenAxis[]): Value {
  const begins = axes.map(({ begin }) => begin);
  const ends = axes.map((axis) => minus(minus(reachOf(axis), axis.begin), axis.input));
  return o.pad(input, [0, 0, ...begins], [0, 0, ...ends]);
}

/** The elements that lie under one place in the kernel, at each position of the window. */
function takeUnder(o: Operators, padded: Value, axes: readonly OpenAxis[], place: readonly number[]): Value {
  const starts = axes.map(({ dilation }, i) => place[i]! * dilation);
  const strides = axes.map(({ stride }) => stride);
  const sides = o.graph.sides(padded).slice(2);
  if (axes.every(({ output, stride }, i) => stride === 1 && isSame(output, sides[i]!))) return padded;
  return o.slice(padded, {
    starts,
    ends: axes.map(({ output, stride }, i) => plus(times(minus(output, 1), stride), starts[i]! + 1)),
    axes: [...axes.keys()].map((axis) => axis + 2),
    steps: strides.every((stride) => stride === 1) ? undefined : strides,
  });
}
