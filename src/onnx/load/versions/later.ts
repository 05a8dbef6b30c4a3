/** Changes of the operator sets from 10 on. */
import { floatAttribute, intAttribute, intsAttribute, type Node, type Value } from '../../node.js';
import { areKnown, known } from '../../sides.js';
import { type Change, defaults, fromAttributes, type Older, renamed, scalarInputs, without } from './change.js';

const reductions =
  'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare';

export const laterChanges: readonly Change[] = [
  { since: 10, operators: 'Slice', change: (c) => fromAttributes(c, 'starts', 'ends', 'axes') },
  { since: 10, operators: 'TopK', change: (c) => fromAttributes(c, 'k') },
  { since: 10, operators: 'Upsample', change: () => ({ opType: 'Resize' }) },
  { since: 11, operators: 'Resize', change: resize },
  { since: 11, operators: 'Clip', change: (c) => scalarInputs(c, 'min', 'max') },
  { since: 11, operators: 'Pad', change: pad },
  { since: 11, operators: 'Scatter', change: () => ({ opType: 'ScatterElements' }) },
  { since: 12, operators: 'Dropout', change: dropout },
  { since: 13, operators: 'Squeeze Unsqueeze ReduceSum', change: (c) => fromAttributes(c, 'axes') },
  { since: 13, operators: 'Split', change: (c) => fromAttributes(c, 'split') },
  { since: 13, operators: 'Softmax LogSoftmax Hardmax', change: flatSoftmax },
  { since: 14, operators: 'BatchNormalization', change: batchNormalization },
  {
    since: 16,
    operators: 'RoiAlign',
    change: (c) => defaults(c, { coordinate_transformation_mode: 'output_half_pixel' }),
  },
  { since: 18, operators: reductions, change: (c) => fromAttributes(c, 'axes') },
  {
    since: 18,
    operators: 'Split',
    change: (c) => (c.node.inputs[1] ? {} : defaults(c, { num_outputs: c.node.outputs.length })),
  },
  { since: 20, operators: 'GridSample', change: (c) => renamed(c, 'mode', { bilinear: 'linear', bicubic: 'cubic' }) },
  { since: 20, operators: 'DFT', change: dft },
  { since: 21, operators: 'GroupNormalization', change: groupNormalization },
];

/** Before 11 there was one way of sampling: the pixel at the place rounded down, counted from the corner. */
function resize({ node }: Older): Partial<Node> {
  return {
    inputs: [node.inputs[0]!, '', node.inputs[1]!],
    attributes: { ...node.attributes, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  };
}

function pad({ node, constant, type }: Older): Partial<Node> {
  return {
    inputs: [
      node.inputs[0]!,
      constant(intsAttribute(node, 'pads') ?? []),
      constant([floatAttribute(node, 'value', 0)], [], type(0).dtype),
    ],
    attributes: without(node, 'pads', 'value'),
  };
}

function dropout({ node, constant }: Older): Partial<Node> {
  return {
    inputs: [node.inputs[0]!, constant([floatAttribute(node, 'ratio', 0.5)], [], 'float32')],
    attributes: without(node, 'ratio'),
  };
}

/** Before 13 the axes from `axis` on, which was 1 where it was left out, were one. */
function flatSoftmax({ node, type, add, constant }: Older): Partial<Node> {
  const { shape } = type(0);
  const stated = intAttribute(node, 'axis', 1);
  const axis = stated < 0 ? stated + shape.length : stated;
  if (axis === shape.length - 1) return { attributes: { axis: -1 } };
  const flat = add('Flatten', [node.inputs[0]!], { axis });
  const result = add(node.opType, [flat], { axis: -1 });
  const sides = areKnown(shape) ? constant(shape) : add('Shape', [node.inputs[0]!]);
  return { opType: 'Reshape', inputs: [result, sides], attributes: {} };
}

/** Until 14 a node that gave its statistics as well was in training; two of the four that it gave are gone. */
function batchNormalization({ node, fail }: Older): Partial<Node> {
  if (intAttribute(node, 'spatial', 1) !== 1)
    return fail('statistics of each position (spatial = 0) are not supported');
  const attributes = without(node, 'spatial', 'is_test');
  const isTraining = node.outputs.slice(1).some((output) => output !== '');
  return isTraining
    ? { attributes: { ...attributes, training_mode: 1 }, outputs: node.outputs.slice(0, 3) }
    : { attributes };
}

/** The axis became an input. */
function dft({ node, constant }: Older): Partial<Node> {
  return {
    inputs: [node.inputs[0]!, node.inputs[1] ?? '', constant([intAttribute(node, 'axis', 1)], [])],
    attributes: without(node, 'axis'),
  };
}

/** Until 21 scale and bias were a number for each group, not for each channel. */
function groupNormalization({ node, type, add, constant }: Older): Partial<Node> {
  const groups = intAttribute(node, 'num_groups', 1);
  const channels = known(type(0).shape[1]!);
  const spread = (value: Value) => {
    const columns = add('Reshape', [value, constant([groups, 1])]);
    return add('Reshape', [add('Expand', [columns, constant([groups, channels / groups])]), constant([channels])]);
  };
  return { inputs: [node.inputs[0]!, spread(node.inputs[1]!), spread(node.inputs[2]!)] };
}
