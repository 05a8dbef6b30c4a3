/** What is folded is what ONNX Runtime computes: the same node once with constants, and once with inputs. */
import { describe, expect, test } from '@jest/globals';
import { foldedOperators } from '../../../src/onnx/folding/index.js';
import {
  type Attributes,
  type DType,
  encodeModel,
  Graph,
  type Tensor as Held,
  loadModel,
  type Shape,
  tensor,
  tensorValues,
} from '../../../src/onnx/index.js';
import { dtypeNumber } from '../../../src/onnx/tensor.js';
import { openSession, type Tensor } from '../../../src/runtime/session.js';
import { uniform } from '../../support/random.js';

interface Case {
  readonly opType: string;
  readonly inputs: readonly (Held | null)[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  readonly opset?: number;
}

const ints = (values: readonly number[], shape: Shape = [values.length]) => tensor('int64', values, shape);
const scalar = (value: number) => ints([value], []);
const bools = (values: readonly number[], shape: Shape = [values.length]) => tensor('bool', values, shape);

/** Numbers in [-9, 9], whole ones where the type is. */
function some(dtype: DType, shape: Shape): Held {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, () => uniform(-9, 9));
  return tensor(dtype, dtype === 'float32' ? values : values.map(Math.round), shape);
}
const [x, n] = [(...shape: number[]) => some('float32', shape), (...shape: number[]) => some('int64', shape)];

const arithmetic = 'Add Sub Mul Min Max'.split(' ');
const comparisons = 'Equal Greater GreaterOrEqual Less LessOrEqual'.split(' ');
const truth = 'And Or Xor'.split(' ');
const steps = 'Neg Abs Sign Floor Ceil Round Relu Reciprocal'.split(' ');
const reductions = 'ReduceMax ReduceMin ReduceProd'.split(' ');
const kept: Case[] = [
  { opType: 'Identity', inputs: [n(3)] },
  { opType: 'Reshape', inputs: [n(2, 3), ints([3, -1])] },
  { opType: 'Flatten', inputs: [n(2, 3, 2)], attributes: { axis: 2 } },
  { opType: 'Squeeze', inputs: [n(2, 1, 3), ints([1])] },
  { opType: 'Unsqueeze', inputs: [n(2, 3), ints([0, -1])] },
];

const cases: readonly Case[] = [
  ...kept,
  ...arithmetic.flatMap((opType): Case[] => [
    { opType, inputs: [x(2, 1, 3), x(4, 1)] },
    { opType, inputs: [n(2, 3), scalar(3)] },
  ]),
  ...comparisons.map((opType): Case => ({ opType, inputs: [n(2, 3), n(3)] })),
  ...truth.map((opType): Case => ({ opType, inputs: [bools([0, 0, 1, 1]), bools([0, 1, 0, 1])] })),
  ...steps.map((opType): Case => ({ opType, inputs: [x(7)] })),
  { opType: 'Round', inputs: [tensor('float32', [0.5, 1.5, 2.5, -0.5, -1.5, -2.5], [6])] },
  { opType: 'Sqrt', inputs: [tensor('float32', [2, 3, 0.1], [3])] },
  { opType: 'Sum', inputs: [x(2, 1), x(3), x(1, 1)] },
  { opType: 'Div', inputs: [x(2, 3), x(3)] },
  { opType: 'Div', inputs: [ints([7, -7, 7, -7]), ints([2, 2, -2, -2])] },
  { opType: 'Mod', inputs: [ints([7, -7, 7, -7]), ints([4, 4, -4, -4])] },
  { opType: 'Mod', inputs: [tensor('float32', [7.5, -7.5], [2]), tensor('float32', [4], [])], attributes: { fmod: 1 } },
  { opType: 'Pow', inputs: [ints([3, -2]), ints([4, 3])] },
  { opType: 'Not', inputs: [bools([0, 1])] },
  { opType: 'Where', inputs: [bools([1, 0], [2, 1]), n(3), n(2, 3)] },
  { opType: 'Clip', inputs: [x(6), tensor('float32', [-1], []), null] },
  { opType: 'Cast', inputs: [tensor('float32', [1.7, -1.7, 300], [3])], attributes: { to: dtypeNumber('int32') } },
  { opType: 'Cast', inputs: [tensor('float32', [0, -0.5], [2])], attributes: { to: dtypeNumber('bool') } },
  { opType: 'Cast', inputs: [ints([2 ** 24 + 1])], attributes: { to: dtypeNumber('float32') } },
  { opType: 'CastLike', inputs: [n(3), x(1)] },

  { opType: 'Expand', inputs: [n(3, 1), ints([2, 1, 4])] },
  { opType: 'Tile', inputs: [n(2, 3), ints([2, 2])] },
  { opType: 'Transpose', inputs: [n(2, 3, 4)], attributes: { perm: [2, 0, 1] } },
  { opType: 'Concat', inputs: [n(2, 1, 2), n(2, 3, 2)], attributes: { axis: 1 } },
  { opType: 'Split', inputs: [n(2, 5), ints([1, 4])], attributes: { axis: -1 }, outputs: 2 },
  { opType: 'Slice', inputs: [n(5, 4), ints([-9, 3]), ints([9, -9]), ints([0, 1]), ints([2, -1])] },
  { opType: 'Slice', inputs: [ints([1, 2, 3]), ints([1]), ints([2 ** 53])] },
  { opType: 'Gather', inputs: [n(3, 4), ints([-1, 0], [2, 1])], attributes: { axis: 1 } },
  { opType: 'GatherElements', inputs: [n(3, 2), ints([2, -1, 0, 1], [2, 2])] },
  { opType: 'GatherND', inputs: [n(2, 3, 2), ints([1, -1, 0, 2], [2, 2])] },
  { opType: 'ScatterND', inputs: [n(3, 2), ints([2, 0], [2, 1]), n(2, 2)] },
  { opType: 'ScatterElements', inputs: [n(3, 2), ints([2, -3], [1, 2]), n(1, 2)] },
  { opType: 'Pad', inputs: [n(2, 3), ints([0, 1, 1, -1]), scalar(7)] },
  { opType: 'Trilu', inputs: [n(2, 3, 4), scalar(-1)], attributes: { upper: 0 } },

  { opType: 'ConstantOfShape', inputs: [ints([2, 3])], attributes: { value: { tensor: tensor('float32', [5], [1]) } } },
  { opType: 'Range', inputs: [scalar(7), scalar(-2), scalar(-3)] },
  { opType: 'NonZero', inputs: [ints([0, 3, 0, -1, 0, 2], [2, 3])] },
  { opType: 'EyeLike', inputs: [n(3, 4)], attributes: { k: 1 } },
  ...reductions.map((opType): Case => ({ opType, inputs: [n(2, 3, 2)], attributes: { axes: [-2] } })),
  { opType: 'ReduceMax', inputs: [n(2, 3), ints([1])], attributes: { keepdims: 0 }, opset: 18 },
  { opType: 'ReduceSum', inputs: [n(2, 3), ints([0])], attributes: { keepdims: 0 } },
  { opType: 'ReduceSum', inputs: [n(2, 3)] },
  { opType: 'CumSum', inputs: [n(2, 3), scalar(-1)] },
];

/** The node between constants, which are nodes: of weights what is computed would be kept. */
function graphOf({ opType, inputs, attributes = {}, outputs = 1, opset }: Case): Graph {
  const graph = new Graph('g', opset);
  const names = inputs.map((held, i) =>
    held ? graph.node('Constant', [], { attributes: { value: { tensor: held } }, outputs: [`x${i}`] })[0]! : '',
  );
  graph.node(opType, names, { attributes, outputs: Array.from({ length: outputs }, (_, i) => `y${i}`) });
  for (let i = 0; i < outputs; i++) graph.output(`y${i}`, `z${i}`);
  return graph;
}

describe('a node of constants is what ONNX Runtime computes of it', () => {
  test.each(cases.map((one, i): [string, Case] => [`${one.opType} (${i})`, one]))('%s', async (_, one) => {
    const graph = graphOf(one);
    const session = await openSession(encodeModel(graph), { threads: 1, optimize: false });
    const results = await session.run({});
    await session.release();
    const read = loadModel(encodeModel(graph));
    expect(read.nodes.map(({ opType }) => opType)).not.toContain(one.opType === 'Identity' ? '' : one.opType);
    for (const name of read.outputs) {
      const { type, dims, data } = results[name] as Tensor;
      expect(read.type(name)).toEqual({ dtype: type, shape: dims });
      const held = read.initializers.get(read.producer(name)!.inputs[0]!)!;
      expect(tensorValues(held)).toEqual(Array.from(data as Float32Array, Number));
    }
  });
});

test('every operator that is folded is compared here', () => {
  const compared = new Set([...cases.map(({ opType }) => opType), 'Shape', 'Size', 'Constant']);
  expect(foldedOperators.filter((opType) => !compared.has(opType))).toEqual([]);
});

describe('what is not known exactly stays a node', () => {
  test.each<[string, Case]>([
    ['a division by zero', { opType: 'Div', inputs: [ints([1]), ints([0])] }],
    ['an index outside', { opType: 'Gather', inputs: [x(3), ints([3])] }],
    [
      'an index outside its axis, but inside the tensor',
      { opType: 'GatherElements', inputs: [x(2, 3), ints([0, 3], [2, 1])], attributes: { axis: 1 } },
    ],
    ['whole numbers past 2^53', { opType: 'Mul', inputs: [ints([2 ** 40]), ints([2 ** 40])] }],
    [
      'a float past all integers',
      { opType: 'Cast', inputs: [tensor('float32', [1e30], [1])], attributes: { to: dtypeNumber('int64') } },
    ],
    ['half floats', { opType: 'Cast', inputs: [x(2)], attributes: { to: dtypeNumber('float16') } }],
    ['more than 2^14 numbers', { opType: 'Expand', inputs: [x(1), ints([200, 200])] }],
  ])('%s', (_, one) => {
    const graph = graphOf(one);
    expect(loadModel(encodeModel(graph)).nodes.map(({ opType }) => opType)).toContain(one.opType);
  });
});
