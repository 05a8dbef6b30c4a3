/** Changes of the operator sets 2 to 9, in which models of 2017 and 2018 are written. */
import { floatAttribute, intAttribute, type Node, stringAttribute } from '../../node.js';
import { onnx } from '../../proto.js';
import { known } from '../../sides.js';
import { type Change, defaults, fromAttributes, type Older, without } from './change.js';

/** Once every operator could say which of its inputs it overwrote. */
const overwriting =
  'Abs BatchNormalization Ceil Clip Dropout Elu Exp Floor HardSigmoid InstanceNormalization LeakyRelu Log Max Mean Min Neg PRelu ' +
  'Reciprocal Relu Selu Sigmoid Sqrt Sum Tanh Add Sub Mul Div Reshape';

export const firstChanges: readonly Change[] = [
  { since: 2, operators: 'Pad', change: ({ node }) => ({ attributes: rename(node, 'paddings', 'pads') }) },
  { since: 2, operators: 'Split', change: splitSides },
  { since: 2, operators: 'LpPool GlobalLpPool', change: wholeNorm },
  { since: 4, operators: 'Concat', change: (c) => defaults(c, { axis: 1 }) },
  { since: 5, operators: 'Reshape', change: (c) => fromAttributes(c, 'shape') },
  { since: 6, operators: overwriting, change: ({ node }) => ({ attributes: without(node, 'consumed_inputs') }) },
  { since: 6, operators: 'Cast', change: castTo },
  { since: 6, operators: 'Tile', change: tile },
  { since: 7, operators: 'Add Sub Mul Div Pow And Or Xor Equal Greater Less', change: broadcast },
  { since: 7, operators: 'PRelu', change: slopes },
  { since: 7, operators: 'Gemm', change: ({ node }) => ({ attributes: without(node, 'broadcast') }) },
  { since: 7, operators: 'Dropout', change: ({ node }) => ({ attributes: without(node, 'is_test') }) },
  { since: 7, operators: 'GRU LSTM RNN', change: ({ node }) => ({ attributes: without(node, 'output_sequence') }) },
  { since: 7, operators: 'Upsample', change: upsampleScales },
  { since: 9, operators: 'Upsample', change: scalesInput },
];

const rename = (node: Node, from: string, to: string): Node['attributes'] => {
  const value = node.attributes[from];
  return value === undefined ? node.attributes : { ...without(node, from), [to]: value };
};

/** The sides of the parts could be an input of any integers. */
function splitSides({ node, fail }: Older): Partial<Node> {
  return node.inputs[1] ? fail('sides of its parts as an input, in operator set 1, are not supported') : {};
}

/** The norm's exponent was a float. */
function wholeNorm({ node, fail }: Older): Partial<Node> {
  const p = floatAttribute(node, 'p', 2);
  return Number.isInteger(p) ? { attributes: { ...node.attributes, p } } : fail(`a norm of ${p} is not supported`);
}

/** Types were named. */
function castTo({ node, fail }: Older): Partial<Node> {
  const types: Readonly<Record<string, unknown>> = onnx.TensorProto.DataType as never;
  const number = types[stringAttribute(node, 'to', '').toUpperCase()];
  return typeof number === 'number' ? { attributes: { to: number } } : fail('it names no element type');
}

/** How often and along which axis were inputs of their own. */
function tile({ node, fail }: Older): Partial<Node> {
  return node.inputs.length > 2 ? fail('its form of operator set 1 is not supported') : {};
}

/** Which axis of the first input the second one begins at was said, where it was not the last ones. */
function broadcast({ node, type, add, constant }: Older): Partial<Node> {
  const attributes = without(node, 'broadcast', 'axis');
  if (intAttribute(node, 'broadcast', 0) !== 1 || node.attributes.axis === undefined) return { attributes };
  const [a, b] = [type(0).shape, type(1).shape];
  const axis = intAttribute(node, 'axis', 0);
  const after = a.length - (axis < 0 ? axis + a.length : axis) - b.length;
  if (after <= 0) return { attributes };
  const widened = add('Reshape', [node.inputs[1]!, constant([...b.map(known), ...Array<number>(after).fill(1)])]);
  return { attributes, inputs: [node.inputs[0]!, widened] };
}

/** A slope for each channel, which is the second axis. */
function slopes({ node, type, add, constant }: Older): Partial<Node> {
  const [x, slope] = [type(0).shape, type(1).shape];
  if (slope.length !== 1 || slope[0] === 1 || x.length <= 2) return {};
  const sides = [known(slope[0]!), ...Array<number>(x.length - 2).fill(1)];
  return { inputs: [node.inputs[0]!, add('Reshape', [node.inputs[1]!, constant(sides)])] };
}

/** Height and width had an attribute each. */
function upsampleScales({ node }: Older): Partial<Node> {
  const [height, width] = [floatAttribute(node, 'height_scale', 1), floatAttribute(node, 'width_scale', 1)];
  const attributes = without(node, 'height_scale', 'width_scale');
  if (node.attributes.scales !== undefined) return {};
  const mode = stringAttribute(node, 'mode', 'nearest') === 'bilinear' ? 'linear' : 'nearest';
  return { attributes: { ...attributes, mode, scales: { floats: [1, 1, height, width] } } };
}

function scalesInput({ node, constant, fail }: Older): Partial<Node> {
  const { scales } = node.attributes;
  if (typeof scales !== 'object' || !('floats' in scales)) return fail('it has no scales');
  const input = constant(scales.floats, [scales.floats.length], 'float32');
  return { inputs: [node.inputs[0]!, input], attributes: without(node, 'scales') };
}
