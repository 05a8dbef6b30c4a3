/** Pools in a form of whose shape nobody has to guess. */
import { intAttribute, type Node } from '../node.js';
import { areKnown, type Sides } from '../sides.js';
import { type Axis, windowAxes } from '../window.js';
import { without } from './versions/change.js';

const pools = ['MaxPool', 'AveragePool', 'LpPool'];

/**
 * A pool whose ceil_mode rounds up to a window that would start in the padding after its input. No kernel computes that window, but
 * ONNX's shape inference counts it, and ONNX Runtime then refuses what is combined with the output's true shape. Without ceil_mode,
 * and padded by as much as the last window needs, it is the same pool; others are returned as they are.
 * @param input the sides of its input, where they are known.
 */
export function withoutDroppedWindows(node: Node, input: Sides | undefined): Node {
  const isPool = node.domain === '' && pools.includes(node.opType);
  // Images and channels may be open.
  const sides = input?.slice(2);
  if (!isPool || !sides || !areKnown(sides) || intAttribute(node, 'ceil_mode', 0) !== 1) return node;
  const axes = windowAxes(node, [1, 1, ...sides]);
  if (!axes.some(isDropped)) return node;
  const ends = axes.map(neededEnd);
  // Where another axis has a window that reaches past the padding, its average would count what it does not.
  const countsPadding = intAttribute(node, 'count_include_pad', 0) === 1;
  const isSound = axes.every(({ end, kernel }, i) => ends[i]! < kernel && !(countsPadding && ends[i]! > end));
  if (!isSound) return node;
  const pads = [...axes.map(({ begin }) => begin), ...ends];
  return { ...node, attributes: { ...without(node, 'ceil_mode', 'auto_pad'), pads } };
}

const extent = ({ kernel, dilation }: Axis): number => dilation * (kernel - 1) + 1;

const isDropped = (axis: Axis): boolean =>
  Math.ceil((axis.input + axis.begin + axis.end - extent(axis)) / axis.stride) + 1 > axis.output;

/** The padding with which the last window just ends within the padded input. */
const neededEnd = (axis: Axis): number =>
  Math.max(0, (axis.output - 1) * axis.stride + extent(axis) - axis.input - axis.begin);
