/** Gradients of convolutions. */
import { intAttribute, type Value } from '../../node.js';
import { areKnown, minus, plus } from '../../sides.js';
import { type OpenAxis, reachOf, transposedAxes, windowAxes } from '../../window.js';
import type { GradientContext, GradientRules, InputGradient } from '../context.js';
import { kernelGradient } from './kernel.js';

/** The bias is added at every position of every image. */
const biasGradient: InputGradient = ({ dy, o, graph }) => {
  const axes = [...graph.sides(dy).keys()].filter((axis) => axis !== 1);
  return o.reduceSum(dy, axes, false);
};

export const convolution: GradientRules = {
  Conv: [
    (c) => {
      const axes = windowAxes(c.node, c.sides(0), c.shape(1).slice(2));
      return axes.every(isPlainConvolution) ? convolveBack(c, axes) : transposeConvolution(c, axes);
    },
    (c) => {
      const axes = windowAxes(c.node, c.sides(0), c.shape(1).slice(2));
      return kernelGradient(c.o, { input: c.a, output: c.dy, axes: limited(c, axes), group: group(c) });
    },
    biasGradient,
  ],

  // The gradient of a convolution, differentiated: input and output have changed places.
  ConvTranspose: [
    (c) => {
      const axes = transposedAxes(c.node, c.sides(0), c.shape(1).slice(2));
      const beyond = axes.map(({ end }) => Math.min(0, end));
      return c.o.conv(c.o.pad(c.dy, [0, 0, ...axes.map(() => 0)], [0, 0, ...beyond]), c.b, {
        ...geometry(c, axes),
        pads: [...axes.map(({ begin }) => begin), ...axes.map(({ end }) => Math.max(0, end))],
      });
    },
    (c) => {
      const axes = transposedAxes(c.node, c.sides(0), c.shape(1).slice(2));
      return kernelGradient(c.o, { input: c.dy, output: c.a, axes: limited(c, axes), group: group(c) });
    },
    biasGradient,
  ],
};

/** Each place in the kernel takes several nodes. */
function limited(c: GradientContext, axes: readonly OpenAxis[]): readonly OpenAxis[] {
  c.limit(1000 * axes.reduce((places, { kernel }) => places * kernel, 1));
  return axes;
}

/** How far the gradient has to be padded, so that convolving it gives the input's side. */
const paddingBack = ({ kernel, dilation, begin, end }: OpenAxis): [number, number] => {
  const reach = dilation * (kernel - 1);
  return [reach - begin, reach - end];
};

const isPlainConvolution = (axis: OpenAxis): boolean =>
  axis.stride === 1 && paddingBack(axis).every((padding) => padding >= 0);

/**
 * With stride 1 the gradient is itself a convolution, with the kernel flipped and its channels swapped. ONNX Runtime computes
 * it faster than the ConvTranspose that it equals, and folds flip and swap into the constant when it loads the model.
 */
function convolveBack(c: GradientContext, axes: readonly OpenAxis[]): Value {
  const pads = axes.map(paddingBack);
  return c.o.conv(
    c.dy,
    swapChannels(
      c,
      c.o.flip(
        c.b,
        [...axes.keys()].map((axis) => axis + 2),
      ),
    ),
    {
      ...geometry(c, axes),
      pads: [...pads.map(([begin]) => begin), ...pads.map(([, end]) => end)],
    },
  );
}

/** A kernel [out, in/group, …] as [in, out/group, …]. */
function swapChannels(c: GradientContext, kernel: Value): Value {
  const [out, inPerGroup, ...sides] = c.graph.shape(kernel) as [number, number, ...number[]];
  const groups = group(c);
  const spatial = sides.map((_, i) => i + 3);
  if (groups === 1) return c.o.transpose(kernel, [1, 0, ...sides.map((_, i) => i + 2)]);
  const grouped = c.o.reshape(kernel, [groups, out / groups, inPerGroup, ...sides]);
  return c.o.reshape(c.o.transpose(grouped, [0, 2, 1, ...spatial]), [groups * inPerGroup, out / groups, ...sides]);
}

/** Any stride, and padding wider than the kernel's reach. */
function transposeConvolution(c: GradientContext, axes: readonly OpenAxis[]): Value {
  // Rows that the last window did not reach have no gradient, but they have to be there.
  const rests = axes.map((axis) => minus(plus(axis.input, axis.begin + axis.end), reachOf(axis)));
  const isKnown = areKnown(rests);
  const gradient = c.o.convTranspose(c.dy, c.b, {
    ...geometry(c, axes),
    pads: [...axes.map(({ begin }) => begin), ...axes.map(({ end }) => end)],
    output_padding: isKnown ? rests : axes.map(({ stride }) => stride - 1),
  });
  if (isKnown) return gradient;
  // How many they are is not known: as many as there can be, and some are cut off.
  const spatial = axes.map((_, i) => i + 2);
  return c.o.slice(gradient, { starts: axes.map(() => 0), ends: axes.map(({ input }) => input), axes: spatial });
}

/** What a convolution there and its transpose back have in common. */
const geometry = (c: GradientContext, axes: readonly OpenAxis[]) => ({
  group: group(c),
  kernel_shape: axes.map(({ kernel }) => kernel),
  dilations: axes.map(({ dilation }) => dilation),
  strides: axes.map(({ stride }) => stride),
});

const group = (c: GradientContext): number => intAttribute(c.node, 'group', 1);
