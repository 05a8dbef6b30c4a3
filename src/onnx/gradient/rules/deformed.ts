/** Gradient of DeformConv: the image is read where the offsets say, and what was read is multiplied by the kernel. */
import { intAttribute, type Value } from '../../node.js';
import { sizeOf } from '../../tensor.js';
import { windowAxes } from '../../window.js';
import type { GradientRules, RuleContext } from '../context.js';
import { imageOf, readLinear } from './image.js';

export const deformed: GradientRules = { DeformConv: { formula: convolve } };

function convolve(c: RuleContext): Value {
  const { o, graph, node } = c;
  const [images, channels, ...sides] = c.shape(0) as [number, number, number, number];
  const [out, perGroup, ...kernel] = c.shape(1) as [number, number, number, number];
  if (sides.length !== 2) c.fail('there is a gradient rule for two spatial axes only');
  const axes = windowAxes(node, c.shape(0), kernel);
  const [groups, offsetGroups] = [intAttribute(node, 'group', 1), intAttribute(node, 'offset_group', 1)];
  const [places, windows] = [sizeOf(kernel), sizeOf(axes.map(({ output }) => output))];
  const lists = images * offsetGroups;
  c.limit(places * windows);

  const offsets = o.reshape(node.inputs[2]!, [lists, places, 2, windows]);
  const at = axes.map(({ stride, dilation, begin }, axis) => {
    // Where the places of the kernel lie in each window, without an offset.
    const base = Array.from({ length: places * windows }, (_, i) => {
      const [place, window] = [Math.floor(i / windows), i % windows];
      const [inKernel, inOutput] =
        axis === 0
          ? [Math.floor(place / kernel[1]!), Math.floor(window / axes[1]!.output)]
          : [place % kernel[1]!, window % axes[1]!.output];
      return inOutput * stride - begin + inKernel * dilation;
    });
    const own = o.slice(offsets, { starts: [axis], ends: [axis + 1], axes: [2] });
    const moved = o.add(o.reshape(own, [lists, places, windows]), graph.constant(c.dtype(0), base, [places, windows]));
    return o.reshape(moved, [lists, places * windows]);
  });

  const grouped = o.reshape(c.a, [lists, channels / offsetGroups, ...sides]);
  const first = graph.constant('int32', [...Array(lists).keys()], [lists, 1]);
  const read = readLinear(o, imageOf(o, grouped, first), at);
  const mask = c.optional(4);
  const shown = mask === undefined ? read : o.mul(read, o.reshape(mask, [lists, places * windows, 1]));
  const split = o.reshape(shown, [lists, places, windows, channels / offsetGroups]);
  const columns = o.reshape(o.transpose(split, [0, 3, 1, 2]), [images, groups, perGroup * places, windows]);
  const weights = o.reshape(c.b, [groups, out / groups, perGroup * places]);
  const y = o.reshape(o.matMul(weights, columns), graph.shape(c.y));
  const bias = c.optional(3);
  return bias === undefined ? y : o.add(y, o.reshape(bias, [out, 1, 1]));
}
