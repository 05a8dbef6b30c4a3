/** Graphs of one node each, to ask a provider whether it has a kernel for it. */
import { Graph, type Shape, type Value } from '../../src/onnx/index.js';
import type { DType } from '../../src/onnx/tensor.js';

type Build = (site: Site) => Value;

/** What a node is appended to. */
class Site {
  constructor(
    readonly graph: Graph,
    readonly dtype: DType,
  ) {}

  input = (name: string, shape: Shape = [1, 4, 4, 4], dtype = this.dtype): Value =>
    this.graph.input(name, dtype, shape);
  whole = (...values: number[]): Value => this.graph.constant('int64', values);
  add = (
    opType: string,
    inputs: Value[],
    attributes: Record<string, number | number[] | { float: number } | string> = {},
  ) => this.graph.add(opType, inputs, attributes);
}

const unary =
  (opType: string, attributes = {}): Build =>
  (s) =>
    s.add(opType, [s.input('x')], attributes);
const binary =
  (opType: string): Build =>
  (s) =>
    s.add(opType, [s.input('x'), s.input('y')]);
/** Before operator set 18, ReduceSum aside, axes are an attribute. */
const reduction =
  (opType: string): Build =>
  (s) =>
    opType === 'ReduceSum' || s.graph.opset >= 18
      ? s.add(opType, [s.input('x'), s.whole(1)])
      : s.add(opType, [s.input('x')], { axes: [1] });
const each = (operators: string, build: (opType: string) => Build): Record<string, Build> =>
  Object.fromEntries(operators.split(' ').map((operator) => [operator, build(operator)]));

const builds: Readonly<Record<string, Build>> = {
  ...each(
    'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Flatten Floor Gelu GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish ' +
      'Identity LeakyRelu Log LogSoftmax Mish Neg Not Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt ' +
      'Tan Tanh ThresholdedRelu Dropout Sum Trilu Shrink Hardmax GlobalLpPool LpNormalization MeanVarianceNormalization IsNaN',
    (opType) => unary(opType),
  ),
  ...each('Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mul Or PRelu Pow Sub Xor', binary),
  ...each(
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare',
    reduction,
  ),
  AveragePool: unary('AveragePool', { kernel_shape: [2, 2] }),
  BatchNormalization: (s) =>
    s.add('BatchNormalization', [s.input('x'), ...['s', 'b', 'm', 'v'].map((name) => s.input(name, [4]))]),
  Cast: unary('Cast', { to: 1 }),
  Clip: (s) => s.add('Clip', [s.input('x'), s.input('low', []), s.input('high', [])]),
  Concat: (s) => s.add('Concat', [s.input('x'), s.input('y')], { axis: 1 }),
  Conv: (s) => s.add('Conv', [s.input('x'), s.input('w', [2, 4, 3, 3])]),
  ConvTranspose: (s) => s.add('ConvTranspose', [s.input('x'), s.input('w', [4, 2, 3, 3])]),
  CumSum: (s) => s.add('CumSum', [s.input('x'), s.graph.constant('int32', [1], [])]),
  DepthToSpace: unary('DepthToSpace', { blocksize: 2 }),
  Det: (s) => s.add('Det', [s.input('x', [2, 3, 3])]),
  Einsum: (s) => s.add('Einsum', [s.input('x', [2, 3]), s.input('y', [3, 2])], { equation: 'ij,jk->ik' }),
  Expand: (s) => s.add('Expand', [s.input('x', [1, 4]), s.whole(3, 4)]),
  Gather: (s) => s.add('Gather', [s.input('x'), s.whole(1, 0)], { axis: 1 }),
  GatherElements: (s) =>
    s.add('GatherElements', [s.input('x', [2, 2]), s.graph.constant('int64', [0, 1, 1, 0], [2, 2])]),
  GatherND: (s) => s.add('GatherND', [s.input('x', [2, 2]), s.graph.constant('int64', [1, 0], [2, 1])]),
  Gemm: (s) => s.add('Gemm', [s.input('x', [2, 3]), s.input('y', [3, 2])]),
  GridSample: (s) => s.add('GridSample', [s.input('x'), s.input('grid', [1, 2, 2, 2])]),
  InstanceNormalization: (s) => s.add('InstanceNormalization', [s.input('x'), s.input('s', [4]), s.input('b', [4])]),
  LayerNormalization: (s) => s.add('LayerNormalization', [s.input('x'), s.input('s', [4])]),
  LRN: unary('LRN', { size: 3 }),
  LpPool: unary('LpPool', { kernel_shape: [2, 2] }),
  MatMul: (s) => s.add('MatMul', [s.input('x', [2, 3]), s.input('y', [3, 2])]),
  MaxPool: unary('MaxPool', { kernel_shape: [2, 2] }),
  MaxUnpool: (s) =>
    s.add(
      'MaxUnpool',
      [s.input('x', [1, 1, 1, 1]), s.graph.constant('int64', [3], [1, 1, 1, 1]), s.whole(1, 1, 2, 2)],
      { kernel_shape: [2, 2] },
    ),
  Mod: (s) => s.add('Mod', [s.input('x'), s.input('y')], s.dtype.startsWith('float') ? { fmod: 1 } : {}),
  OneHot: (s) =>
    s.add('OneHot', [s.input('x', [2]), s.graph.constant(s.dtype, [3], []), s.graph.constant('float32', [0, 1])]),
  Pad: (s) => s.add('Pad', [s.input('x', [2, 2]), s.whole(0, 1, 0, 1)]),
  Reshape: (s) => s.add('Reshape', [s.input('x'), s.whole(4, -1)]),
  Resize: (s) => s.add('Resize', [s.input('x'), '', s.graph.constant('float32', [1, 1, 2, 2])]),
  ReverseSequence: (s) =>
    s.add('ReverseSequence', [s.input('x', [2, 2]), s.whole(1, 2)], { time_axis: 0, batch_axis: 1 }),
  ScatterElements: (s) =>
    s.add('ScatterElements', [s.input('x', [2, 2]), s.graph.constant('int64', [0, 1], [1, 2]), s.input('y', [1, 2])]),
  ScatterND: (s) =>
    s.add('ScatterND', [s.input('x', [2, 2]), s.graph.constant('int64', [1], [1, 1]), s.input('y', [1, 2])]),
  Slice: (s) => s.add('Slice', [s.input('x'), s.whole(1), s.whole(3), s.whole(1)]),
  SpaceToDepth: unary('SpaceToDepth', { blocksize: 2 }),
  Split: (s) =>
    s.graph.node('Split', [s.input('x'), s.whole(1, 3)], { attributes: { axis: 1 }, outputs: ['a', 'b'] })[0]!,
  Squeeze: (s) => s.add('Squeeze', [s.input('x'), s.whole(0)]),
  Tile: (s) => s.add('Tile', [s.input('x', [2, 2]), s.whole(2, 1)]),
  TopK: (s) => s.graph.node('TopK', [s.input('x'), s.whole(2)], { outputs: ['values', 'places'] })[0]!,
  Transpose: unary('Transpose', { perm: [0, 2, 3, 1] }),
  Unsqueeze: (s) => s.add('Unsqueeze', [s.input('x'), s.whole(0)]),
  Where: (s) => s.add('Where', [s.input('mask', [1, 4, 4, 4], 'bool'), s.input('x'), s.input('y')]),
};

/** The operators that there is a graph for. */
export const knownOperators = Object.keys(builds);

/** A graph of that node alone, over a type of elements. */
export function singleNode(opType: string, dtype: DType, opset: number): Graph {
  const graph = new Graph('single', opset);
  graph.output(builds[opType]!(new Site(graph, dtype)), 'result');
  return graph;
}
