/** Gradients of pools. */
import { type Attributes, intAttribute, intsAttribute, type Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import { areKnown, isOpen, isSame, known, minus, plus, product, type Side, type Sides, times } from '../../sides.js';
import { type Axis, kernelPlaces, knownAxes, type OpenAxis, reachOf, windowAxes } from '../../window.js';
import type { GradientContext, GradientRules } from '../context.js';
import { placeStrided } from './strided.js';

export const pooling: GradientRules = {
  MaxPool: [
    (c) => {
      const open = windowAxes(c.node, c.sides(0));
      if (c.supports('MaxPool', 2) && c.supports('MaxUnpool'))
        return open.every((axis) => isDisjoint(axis, isCeil(c))) ? unpool(c) : unpoolApart(c, open);
      const axes = knownAxes(open);
      return axes.every(isTile) ? maskTiles(c, axes) : claimWindows(c, axes);
    },
  ],

  AveragePool: [
    (c) => {
      const axes = windowAxes(c.node, c.sides(0));
      return spreadWindows(c, axes, c.o.div(c.dy, windowCounts(c, axes)));
    },
  ],

  GlobalAveragePool: [(c) => c.o.div(c.dy, product(c.sides(0).slice(2)))],
};

const isCeil = ({ node }: GradientContext): boolean => intAttribute(node, 'ceil_mode', 0) === 1;

const outputSides = (axes: readonly OpenAxis[]): Side[] => axes.map(({ output }) => output);

/** Windows that share no element and do not reach past the padded input. */
function isDisjoint(axis: OpenAxis, inCeilMode: boolean): boolean {
  const { input, output, kernel, stride, dilation, begin, end } = axis;
  if ((stride < kernel && output !== 1) || dilation !== 1) return false;
  // Of an open side, where there is no padding that they could reach into.
  if (!areKnown([input, output])) return end === 0 && !inCeilMode;
  return known(reachOf(axis)) <= known(input) + begin;
}

/** Where no element is in two windows, each gradient has a place of its own: the maximum's, which MaxPool can report. */
function unpool(c: GradientContext): Value {
  const names = ['kernel_shape', 'strides', 'pads'];
  const attributes = names.flatMap((name) => {
    const value = intsAttribute(c.node, name);
    return value ? [[name, value] as const] : [];
  });
  return maxUnpool(c, c.dy, maxima(c), Object.fromEntries(attributes));
}

/** Where the maxima of the windows are: MaxPool's second output. */
const maxima = ({ node, graph }: GradientContext): Value => node.outputs[1] || graph.extendOutputs(node);

function maxUnpool(c: GradientContext, dy: Value, indices: Value, attributes: Attributes): Value {
  return c.graph.add('MaxUnpool', [dy, indices, c.graph.openValues.list(c.sides(0))], attributes);
}

/**
 * Overlapping windows, in groups of every second, third … along each axis, so that those of a group share no element: the sum of what
 * comes back to each group. MaxUnpool reads nothing of its attributes where the shape is given, and windows of 1 fit every one.
 */
function unpoolApart(c: GradientContext, axes: readonly OpenAxis[]): Value {
  const { o } = c;
  const steps = axes.map(({ output, kernel, stride, dilation }) => {
    const apart = Math.ceil((dilation * (kernel - 1) + 1) / stride);
    return isOpen(output) ? apart : Math.min(output, apart);
  });
  // Each group takes several nodes.
  c.limit(1000 * steps.reduce((count, step) => count * step, 1));
  const indices = statedShape(c, maxima(c));
  const everySo = (value: Value, starts: readonly number[]): Value =>
    o.slice(value, { starts, ends: outputSides(axes), axes: axes.map((_, i) => i + 2), steps });
  const groups = kernelPlaces(steps.map((kernel) => ({ kernel }))).map((starts) =>
    maxUnpool(c, everySo(c.dy, starts), everySo(indices, starts), { kernel_shape: axes.map(() => 1) }),
  );
  return groups.reduce((a, b) => o.add(a, b));
}

/** Windows side by side from the first element on, of which the last may leave a rest. */
const isTile = ({ input, output, kernel, stride, dilation, begin }: Axis): boolean =>
  (stride === kernel || output === 1) && dilation === 1 && begin === 0 && output * kernel <= input;

/**
 * Windows side by side, where MaxPool can't report its maxima: a mask of the maxima, in which a second MaxPool over falling
 * numbers keeps the first of each window, row-major. Reshaped so that each window has axes of its own, the pool's output and its
 * gradient spread over the windows by broadcasting.
 */
function maskTiles(c: GradientContext, axes: readonly Axis[]): Value {
  const { o, dy } = c;
  const shape = c.sides(0);
  const [images, channels] = shape as [Side, Side];
  const covered = [images, channels, ...axes.map(({ output, kernel }) => output * kernel)];
  const lead = product([images, channels, axes[0]!.output]);
  // [N·C·o₀, k₀, o₁, k₁, …]: the rows of windows join the images, or a common picture would have a rank of 6.
  const tiled = [lead, ...axes.flatMap(({ output, kernel }, i) => (i === 0 ? [kernel] : [output, kernel]))];
  const perWindow = [lead, ...axes.flatMap(({ output }, i) => (i === 0 ? [1] : [output, 1]))];
  const windows = c.node.attributes.kernel_shape!;
  const places = axes.reduce((count, { kernel }) => count * kernel, 1);
  c.limit(places);
  const falling = Array.from({ length: places }, (_, i) => places - i);
  const order = c.graph.constant(c.graph.dtype(dy), falling, [
    1,
    ...axes.flatMap(({ kernel }, i) => (i === 0 ? [kernel] : [1, kernel])),
  ]);
  const values = o.reshape(crop(o, c.a, covered), tiled);
  const ranks = o.where(o.equal(values, o.reshape(c.y, perWindow)), order, 0);
  const first = o.graph.add('MaxPool', [o.reshape(ranks, covered)], { kernel_shape: windows, strides: windows });
  const isFirst = o.equal(ranks, o.reshape(first, perWindow));
  const gradient = o.reshape(o.where(isFirst, o.reshape(dy, perWindow), 0), covered);
  const rest = shape.map((side, axis) => minus(side, covered[axis]!));
  return o.pad(
    gradient,
    rest.map(() => 0),
    rest,
  );
}

/** The first elements along each axis. */
function crop(o: Operators, x: Value, shape: Sides): Value {
  const axes = [...shape.keys()].filter((axis) => !isSame(shape[axis]!, o.graph.sides(x)[axis]!));
  if (axes.length === 0) return x;
  return o.slice(x, { starts: axes.map(() => 0), ends: axes.map((axis) => shape[axis]!), axes });
}

/**
 * Overlapping windows: for each place in the kernel, row-major, the windows whose maximum is there and that no earlier place
 * has claimed give their gradient to it. Slow beside {@link unpoolApart}, with several nodes for each place.
 */
function claimWindows(c: GradientContext, axes: readonly Axis[]): Value {
  const { o } = c;
  const y = statedShape(c, c.y);
  const sides = axes.map(({ input, output, kernel, stride, dilation, begin }) =>
    Math.max(begin + input, (output - 1) * stride + dilation * (kernel - 1) + 1),
  );
  const begins = [0, 0, ...axes.map(({ begin }) => begin)];
  const ends = [0, 0, ...axes.map(({ input, begin }, i) => sides[i]! - begin - input)];
  const padded = o.pad(c.a, begins, ends, Number.NEGATIVE_INFINITY);
  const wholeAxes = c
    .sides(0)
    .slice(0, 2)
    .map((side) => ({ start: 0, count: side, step: 1 }));
  let unclaimed: Value | undefined;
  let sum: Value | undefined;
  // Each place takes several nodes.
  c.limit(1000 * axes.reduce((count, { kernel }) => count * kernel, 1));
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
    const { given, left } = claim(c, o.equal(values, y), unclaimed);
    unclaimed = left;
    const part = placeStrided(o, given, [...wholeAxes, ...taken], c.graph.sides(padded));
    sum = sum ? o.add(sum, part) : part;
  }
  return o.pad(
    sum!,
    begins.map((count) => -count),
    ends.map((count) => -count),
  );
}

/**
 * The gradients of windows whose maximum is at a place and that no earlier place has claimed, and which windows are left.
 * @param unclaimed those that are left before. Left out: all.
 */
function claim(c: GradientContext, isMaximum: Value, unclaimed: Value | undefined): { given: Value; left: Value } {
  const { o, dy } = c;
  if (c.target !== 'webgpu') {
    const claims = unclaimed ? o.and(isMaximum, unclaimed) : isMaximum;
    const isElsewhere = o.not(isMaximum);
    return { given: o.where(claims, dy, 0), left: unclaimed ? o.and(unclaimed, isElsewhere) : isElsewhere };
  }
  // In numbers: ONNX Runtime would transpose truths behind a pool, which WebGPU does not.
  const one = c.graph.constant(c.graph.dtype(dy), [1], []);
  const maximum = o.where(isMaximum, one, 0);
  const claims = unclaimed ? o.mul(maximum, unclaimed) : maximum;
  return { given: o.mul(claims, dy), left: o.sub(unclaimed ?? one, claims) };
}

/**
 * An output of the pool, its shape stated. In ceil mode ONNX's shape inference counts windows that would start in the padding after
 * the input, which no kernel computes, and ONNX Runtime then refuses what is combined with the output's true shape.
 */
function statedShape(c: GradientContext, output: Value): Value {
  const { graph } = c;
  if (!isCeil(c)) return output;
  return graph.add('Reshape', [output, graph.openValues.list(graph.sides(output))]);
}

/**
 * By how many elements each window of an AveragePool divides, [1, 1, …] with a side for every axis: the product of a constant for each,
 * which is folded when the model is loaded, and is small in a file.
 */
function windowCounts(c: GradientContext, axes: readonly OpenAxis[]): Value {
  const padded = intAttribute(c.node, 'count_include_pad', 0) === 1;
  if (!areKnown(outputSides(axes))) return openCounts(c, axes, padded);
  const perAxis = knownAxes(axes).map(({ input, output, kernel, stride, dilation, begin, end }, axis) => {
    c.limit(output);
    const counts = Array.from({ length: output }, (_, i) => {
      const start = i * stride - begin;
      const [first, last] = padded ? [-begin, input + end] : [0, input];
      // How many of the window's places lie before a border.
      const before = (border: number) => Math.min(Math.max(Math.ceil((border - start) / dilation), 0), kernel);
      return before(last) - before(first);
    });
    const sides = axes.map((_, other) => (other === axis ? output : 1));
    return c.graph.constant(c.graph.dtype(c.dy), counts, [1, 1, ...sides]);
  });
  return perAxis.reduce((a, b) => c.o.mul(a, b));
}

/** The same where sides are open: a convolution of ones with ones. @param padded whether the padding counts. */
function openCounts(c: GradientContext, axes: readonly OpenAxis[], padded: boolean): Value {
  const { o, graph } = c;
  const one = graph.constant(graph.dtype(c.dy), [1], []);
  const counted = axes.map(({ input, begin, end }) => (padded ? plus(input, begin + end) : input));
  const kernel = axes.map((axis) => axis.kernel);
  const around = (side: (axis: OpenAxis) => number) => axes.map((axis) => (padded ? 0 : side(axis)));
  // In ceil mode windows may end after the padding.
  const over = (axis: OpenAxis) => Math.max(axis.end, known(minus(reachOf(axis), plus(axis.input, axis.begin))));
  return o.conv(o.expand(one, [1, 1, ...counted]), o.expand(one, [1, 1, ...kernel]), {
    kernel_shape: kernel,
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
    pads: [...around(({ begin }) => begin), ...(isCeil(c) ? axes.map(over) : around(({ end }) => end))],
  });
}

/** Gives every element the sum of the shares of the windows it lies in: a transposed convolution with ones, channel by channel. */
function spreadWindows(c: GradientContext, axes: readonly OpenAxis[], shares: Value): Value {
  const [images, channels] = c.sides(0) as [Side, Side];
  const kernel = axes.map((axis) => axis.kernel);
  const places = kernel.reduce((count, side) => count * side, 1);
  c.limit(places);
  const ones = Array<number>(places).fill(1);
  // Windows may end before the padded input does, or in ceil mode after it.
  const overhang = axes.map((axis) => minus(minus(reachOf(axis), axis.begin), axis.input));
  const separate = c.o.reshape(shares, [times(images, channels), 1, ...outputSides(axes)]);
  const spread = c.o.convTranspose(separate, c.graph.constant(c.graph.dtype(shares), ones, [1, 1, ...kernel]), {
    kernel_shape: kernel,
    strides: axes.map(({ stride }) => stride),
    dilations: axes.map(({ dilation }) => dilation),
  });
  const cropped = c.o.pad(
    spread,
    [0, 0, ...axes.map(({ begin }) => -begin)],
    [0, 0, ...overhang.map((count) => minus(0, count))],
  );
  return c.o.reshape(cropped, c.sides(0));
}
