/** Convolutions and pools in a form of whose shape nobody has to guess. */
import { intAttribute, intsAttribute, type Node, stringAttribute, type Value } from '../node.js';
import type { Shape, TensorType } from '../tensor.js';
import { type Axis, windowAxes, windowInts } from '../window.js';
import { without } from './versions/change.js';

/** A node with its padding in numbers, where a shape that ONNX Runtime or a rule would have to guess depends on it. */
export function withPlainPadding(node: Node, typeOf: (value: Value) => TensorType | undefined): Node {
  if (node.domain !== '') return node;
  const [input, kernel] = node.inputs.slice(0, 2).map((value) => typeOf(value)?.shape);
  if (node.opType === 'ConvTranspose' && input && kernel?.length === input.length)
    return withTransposedPads(node, input, kernel);
  return pools.includes(node.opType) && input ? withoutDroppedWindows(node, input) : node;
}

const pools = ['MaxPool', 'AveragePool', 'LpPool'];

/**
 * A ConvTranspose whose sides are given, or follow from those of its input, with the pads that make them. Of an uneven number of
 * elements SAME_UPPER cuts one more at the end, everything else one more at the beginning: the formulas of the operator's document.
 */
function withTransposedPads(node: Node, input: Shape, kernel: Shape): Node {
  const stated = intsAttribute(node, 'output_shape');
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET');
  if (!stated && autoPad === 'NOTSET') return node;
  const count = input.length - 2;
  const ints = (name: string, least: number) => windowInts(node, name, count, least);
  const [strides, dilations, extra] = [ints('strides', 1), ints('dilations', 1), ints('output_padding', 0)];
  const cut = input.slice(2).map((side, i) => {
    if (!stated && autoPad === 'VALID') return 0;
    const whole = strides[i]! * (side - 1) + extra[i]! + dilations[i]! * (kernel[2 + i]! - 1) + 1;
    // Of an output_shape with images and channels the last sides are the spatial ones.
    return whole - (stated ? (stated.at(i - count) ?? 0) : side * strides[i]!);
  });
  const less = cut.map((elements) => Math.max(0, Math.floor(elements / 2)));
  const more = cut.map((elements) => Math.max(0, Math.ceil(elements / 2)));
  const pads = autoPad === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less];
  // An output that is larger than all windows together has zeros at its end.
  const output_padding = extra.map((side, i) => side + Math.max(0, -cut[i]!));
  return { ...node, attributes: { ...without(node, 'auto_pad', 'output_shape'), pads, output_padding } };
}

/**
 * A pool whose ceil_mode rounds up to a window that would start in the padding after its input. No kernel computes that window, but
 * ONNX's shape inference counts it, and ONNX Runtime then refuses what is combined with the output's true shape. Without ceil_mode,
 * and padded by as much as the last window needs, it is the same pool; others are returned as they are.
 */
function withoutDroppedWindows(node: Node, input: Shape): Node {
  if (intAttribute(node, 'ceil_mode', 0) !== 1) return node;
  const axes = windowAxes(node, input);
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
