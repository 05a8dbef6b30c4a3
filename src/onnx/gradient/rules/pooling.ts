/** Gradients of pools. */
import { intAttribute, intsAttribute, type Value } from '../../node.js';
import { type Axis, windowAxes } from '../../window.js';
import type { GradientContext, GradientRules } from '../context.js';
import { placeStrided } from './strided.js';

export const pooling: GradientRules = {
  MaxPool: [
    (c) => {
      const axes = windowAxes(c.node, c.shape(0));
      return axes.every(isDisjoint) ? unpool(c) : claimWindows(c, axes);
    },
  ],

  AveragePool: [
    (c) => {
      const axes = windowAxes(c.node, c.shape(0));
      const shares = c.o.div(c.dy, c.graph.constant(c.graph.dtype(c.dy), windowCounts(c, axes), outputSides(axes)));
      return spreadWindows(c, axes, shares);
    },
  ],

  GlobalAveragePool: [
    (c) => {
      const positions = c
        .shape(0)
        .slice(2)
        .reduce((count, side) => count * side, 1);
      return c.o.div(c.dy, positions);
    },
  ],
};

const outputSides = (axes: readonly Axis[]): number[] => axes.map(({ output }) => output);

/** Windows that share no element and do not reach past the padded input. */
const isDisjoint = ({ input, output, kernel, stride, dilation, begin }: Axis): boolean =>
  stride >= kernel && dilation === 1 && (output - 1) * stride + kernel <= input + begin;

/** Where no element is in two windows, each gradient has a place of its own: the maximum's, which MaxPool can report. */
function unpool(c: GradientContext): Value {
  const indices = c.node.outputs[1] || c.graph.extendOutputs(c.node);
  const names = ['kernel_shape', 'strides', 'pads'];
  const attributes = names.flatMap((name) => {
    const value = intsAttribute(c.node, name);
    return value ? [[name, value] as const] : [];
  });
  const shape = c.graph.constant('int64', c.shape(0));
  return c.graph.add('MaxUnpool', [c.dy, indices, shape], Object.fromEntries(attributes));
}

/**
 * Overlapping windows: for each place in the kernel, row-major, the windows whose maximum is there and that no earlier place
 * has claimed give their gradient to it. Slow beside {@link unpool}, with several nodes for each place.
 */
function claimWindows(c: GradientContext, axes: readonly Axis[]): Value {
  const { o, dy } = c;
  const y = statedShape(c);
  const sides = axes.map(({ input, output, kernel, stride, dilation, begin }) =>
    Math.max(begin + input, (output - 1) * stride + dilation * (kernel - 1) + 1),
  );
  const begins = [0, 0, ...axes.map(({ begin }) => begin)];
  const ends = [0, 0, ...axes.map(({ input, begin }, i) => sides[i]! - begin - input)];
  const padded = o.pad(c.a, begins, ends, Number.NEGATIVE_INFINITY);
  const wholeAxes = c
    .shape(0)
    .slice(0, 2)
    .map((side) => ({ start: 0, count: side, step: 1 }));
  let claimed: Value | undefined;
  let sum: Value | undefined;
  for (const place of kernelPlaces(axes)) {
    const taken = axes.map(({ output, stride, dilation }, i) => ({
      start: place[i]! * dilation,
      count: output,
      step: stride,
    }));
    const values = o.slice(padded, {
      starts: taken.map(({ start }) => start),
      ends: taken.map(({ start, count, step }) => start + (count - 1) * step + 1),
      axes: taken.map((_, i) => i + 2),
      steps: taken.map(({ step }) => step),
    });
    const isMaximum = o.equal(values, y);
    const claims = claimed ? o.and(isMaximum, o.not(claimed)) : isMaximum;
    claimed = claimed ? o.or(claimed, isMaximum) : isMaximum;
    const part = placeStrided(o, o.where(claims, dy, 0), [...wholeAxes, ...taken], c.graph.shape(padded));
    sum = sum ? o.add(sum, part) : part;
  }
  return o.pad(
    sum!,
    begins.map((count) => -count),
    ends.map((count) => -count),
  );
}

/**
 * The pool's output, its shape stated. In ceil mode ONNX's shape inference counts windows that would start in the padding after
 * the input, which no kernel computes, and ONNX Runtime then refuses what is combined with the output's true shape.
 */
function statedShape({ y, node, graph }: GradientContext): Value {
  if (intAttribute(node, 'ceil_mode', 0) === 0) return y;
  return graph.add('Reshape', [y, graph.constant('int64', graph.shape(y))]);
}

/** Every place in the kernel, row-major. */
function kernelPlaces(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (places, { kernel }) => places.flatMap((place) => [...Array(kernel).keys()].map((i) => [...place, i])),
    [[]],
  );
}

/** By how many elements each window of an AveragePool divides, one number per window. */
function windowCounts(c: GradientContext, axes: readonly Axis[]): number[] {
  const padded = intAttribute(c.node, 'count_include_pad', 0) === 1;
  const perAxis = axes.map(({ input, output, kernel, stride, begin, end }) =>
    [...Array(output).keys()].map((i) => {
      const start = i * stride - begin;
      const [first, last] = padded ? [-begin, input + end] : [0, input];
      return Math.min(start + kernel, last) - Math.max(start, first);
    }),
  );
  return perAxis.reduce((counts, axis) => counts.flatMap((count) => axis.map((length) => count * length)), [1]);
}

/** Gives every element the sum of the shares of the windows it lies in: a transposed convolution with ones, channel by channel. */
function spreadWindows(c: GradientContext, axes: readonly Axis[], shares: Value): Value {
  const [images, channels] = c.shape(0) as [number, number];
  const kernel = axes.map((axis) => axis.kernel);
  const ones = Array<number>(kernel.reduce((count, side) => count * side, 1)).fill(1);
  // Windows may end before the padded input does, or in ceil mode after it.
  const overhang = axes.map(
    ({ input, output, stride, begin, kernel: side }) => (output - 1) * stride + side - begin - input,
  );
  const separate = c.o.reshape(shares, [images * channels, 1, ...outputSides(axes)]);
  const spread = c.o.convTranspose(separate, c.graph.constant(c.graph.dtype(shares), ones, [1, 1, ...kernel]), {
    kernel_shape: kernel,
    strides: axes.map(({ stride }) => stride),
  });
  const cropped = c.o.pad(
    spread,
    [0, 0, ...axes.map(({ begin }) => -begin)],
    [0, 0, ...overhang.map((count) => -count)],
  );
  return c.o.reshape(cropped, c.shape(0));
}
