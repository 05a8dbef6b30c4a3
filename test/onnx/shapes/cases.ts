/** Nodes whose inferred types are compared with what ONNX Runtime computes. */
import { type Attributes, type DType, type Shape, type Tensor, tensor } from '../../../src/onnx/index.js';
import { dtypeNumber } from '../../../src/onnx/tensor.js';

export interface InferenceCase {
  readonly opType: string;
  readonly inputs: readonly (Tensor | { readonly dtype: DType; readonly shape: Shape } | null)[];
  readonly attributes?: Attributes;
  /** How many outputs it has. Default: 1. */
  readonly outputs?: number;
  /** The operator set that it needs. Default: 15. */
  readonly opset?: number;
}

/** An input that is given when it runs: zeros. */
const x = (shape: Shape, dtype: DType = 'float32') => ({ dtype, shape });
const ints = (values: readonly number[], shape: Shape = [values.length]) => tensor('int64', values, shape);
const floats = (values: readonly number[], shape: Shape = [values.length]) => tensor('float32', values, shape);
const bytes = (values: readonly number[], shape: Shape = [values.length]) => tensor('uint8', values, shape);
const scalar = (value: number) => ints([value], []);

const reductions = 'ReduceMax ReduceProd ReduceL2 ReduceLogSum ReduceLogSumExp'.split(' ');
const bits = 'BitwiseAnd BitwiseOr BitwiseXor'.split(' ');
const windows = 'HannWindow HammingWindow BlackmanWindow'.split(' ');

export const inferenceCases: readonly InferenceCase[] = [
  ...reductions.flatMap((opType): InferenceCase[] => [
    { opType, inputs: [x([2, 3, 4])], attributes: { axes: [-1], keepdims: 0 } },
    { opType, inputs: [x([2, 3, 4]), ints([0, 2])], opset: 18 },
    { opType, inputs: [x([2, 3])], attributes: { noop_with_empty_axes: 1 }, opset: 18 },
  ]),
  { opType: 'ArgMax', inputs: [x([2, 3])], attributes: { axis: -1, keepdims: 0 } },
  { opType: 'ArgMin', inputs: [x([2, 3])] },

  { opType: 'Tile', inputs: [x([2, 3]), ints([2, 1])] },
  { opType: 'Trilu', inputs: [x([3, 4]), scalar(1)] },
  { opType: 'CumSum', inputs: [x([3, 4]), scalar(1)] },
  {
    opType: 'ReverseSequence',
    inputs: [x([3, 2]), ints([1, 2])],
    attributes: { batch_axis: 1, time_axis: 0 },
  },
  { opType: 'DepthToSpace', inputs: [x([1, 8, 2, 3])], attributes: { blocksize: 2 } },
  { opType: 'SpaceToDepth', inputs: [x([1, 2, 4, 6])], attributes: { blocksize: 2 } },
  { opType: 'CenterCropPad', inputs: [x([4, 5, 3]), ints([6, 2])], attributes: { axes: [0, -2] }, opset: 18 },
  { opType: 'Col2Im', inputs: [x([1, 5, 5]), ints([5, 5]), ints([1, 5])], opset: 18 },
  { opType: 'AffineGrid', inputs: [x([2, 2, 3]), ints([2, 3, 4, 5])], opset: 20 },
  { opType: 'MaxRoiPool', inputs: [x([1, 2, 6, 6]), x([3, 5])], attributes: { pooled_shape: [2, 3] } },
  {
    opType: 'TfIdfVectorizer',
    inputs: [x([3, 4], 'int64')],
    attributes: {
      mode: 'TF',
      min_gram_length: 1,
      max_gram_length: 1,
      max_skip_count: 0,
      ngram_counts: [0],
      ngram_indexes: [0, 1, 4],
      pool_int64s: [2, 3, 5],
    },
  },
  { opType: 'DFT', inputs: [x([1, 10, 3, 1])], attributes: { axis: 1, onesided: 1 }, opset: 17 },
  { opType: 'DFT', inputs: [x([1, 10, 3, 2])], opset: 20 },
  { opType: 'Det', inputs: [x([4, 3, 3])] },
  { opType: 'Einsum', inputs: [x([2, 3]), x([3, 4])], attributes: { equation: 'ij, jk -> ik' } },
  { opType: 'Einsum', inputs: [x([5, 2, 3]), x([3, 4])], attributes: { equation: '...ij,jk->...ik' } },
  { opType: 'Einsum', inputs: [x([2, 3, 3])], attributes: { equation: '...ii->...i' } },
  { opType: 'Einsum', inputs: [x([3, 2]), x([3])], attributes: { equation: 'ba,b' } },

  { opType: 'ConstantOfShape', inputs: [ints([2, 0, 3])], attributes: { value: { tensor: ints([7]) } } },
  { opType: 'ConstantOfShape', inputs: [ints([])] },
  { opType: 'Range', inputs: [scalar(7), scalar(0), scalar(-2)] },
  { opType: 'Range', inputs: [floats([0], []), floats([1], []), floats([0.3], [])] },
  { opType: 'EyeLike', inputs: [x([3, 4], 'int32')], attributes: { dtype: dtypeNumber('float64') } },
  { opType: 'RandomNormal', inputs: [], attributes: { shape: [2, 3] } },
  { opType: 'RandomUniform', inputs: [], attributes: { shape: [4], dtype: dtypeNumber('float64') } },
  { opType: 'RandomNormalLike', inputs: [x([2, 3])] },
  { opType: 'RandomUniformLike', inputs: [x([2, 3], 'int32')], attributes: { dtype: dtypeNumber('float32') } },
  { opType: 'Bernoulli', inputs: [x([2, 3])] },
  { opType: 'Multinomial', inputs: [x([2, 3])], attributes: { sample_size: 4 } },
  ...windows.map((opType): InferenceCase => ({ opType, inputs: [scalar(9)], opset: 17 })),
  {
    opType: 'MelWeightMatrix',
    inputs: [scalar(8), scalar(16), scalar(8192), floats([0], []), floats([4096], [])],
    opset: 17,
  },

  { opType: 'GatherElements', inputs: [x([3, 4]), ints([0, 1, 2, 0], [1, 4])] },
  { opType: 'GatherND', inputs: [x([2, 3, 4]), ints([0, 1, 1, 2], [2, 2])] },
  { opType: 'GatherND', inputs: [x([2, 3, 4]), ints([1, 2], [2, 1])], attributes: { batch_dims: 1 } },
  { opType: 'ScatterElements', inputs: [x([3, 4]), ints([0, 1], [1, 2]), x([1, 2])] },
  { opType: 'ScatterND', inputs: [x([3, 4]), ints([0, 2], [2, 1]), x([2, 4])] },
  { opType: 'OneHot', inputs: [x([2, 3], 'int64'), scalar(5), x([2])] },
  { opType: 'OneHot', inputs: [x([2, 3], 'int64'), ints([5]), x([2], 'int64')], attributes: { axis: 0 } },
  { opType: 'Compress', inputs: [x([3, 2]), tensor('bool', [0, 1, 1], [3])], attributes: { axis: 0 } },
  { opType: 'Compress', inputs: [x([3, 2]), tensor('bool', [0, 1, 1, 1], [4])] },
  { opType: 'NonZero', inputs: [tensor('bool', [0, 1, 1, 0], [2, 2])] },
  { opType: 'TopK', inputs: [x([3, 5]), ints([2])], outputs: 2 },

  { opType: 'Xor', inputs: [x([2, 1], 'bool'), x([3], 'bool')] },
  { opType: 'Hardmax', inputs: [x([2, 3])] },
  { opType: 'IsNaN', inputs: [x([2])] },
  { opType: 'IsInf', inputs: [x([2])] },
  { opType: 'BitShift', inputs: [x([2, 1], 'uint8'), x([3], 'uint8')], attributes: { direction: 'LEFT' } },
  ...bits.map((opType): InferenceCase => ({ opType, inputs: [x([2, 1], 'int32'), x([3], 'int32')], opset: 18 })),
  { opType: 'BitwiseNot', inputs: [x([2], 'int32')], opset: 18 },
  { opType: 'Mod', inputs: [x([2, 1]), floats([2, 3, 4])], attributes: { fmod: 1 } },
  { opType: 'Mean', inputs: [x([2, 1]), x([3])] },
  { opType: 'Floor', inputs: [x([2])] },
  { opType: 'Ceil', inputs: [x([2])] },
  { opType: 'Reciprocal', inputs: [x([2])] },
  { opType: 'CastLike', inputs: [x([2]), x([3], 'int64')] },

  { opType: 'QuantizeLinear', inputs: [x([2, 3]), floats([0.5], [])] },
  { opType: 'QuantizeLinear', inputs: [x([2, 3]), floats([0.5], []), tensor('int8', [0], [])] },
  { opType: 'DequantizeLinear', inputs: [x([2, 3], 'uint8'), floats([0.5], []), bytes([1], [])] },
  { opType: 'DynamicQuantizeLinear', inputs: [x([2, 3])], outputs: 3 },
  { opType: 'MatMulInteger', inputs: [x([4, 2, 3], 'uint8'), x([3, 5], 'uint8')] },
  {
    opType: 'QLinearMatMul',
    inputs: [
      x([2, 3], 'uint8'),
      ...[floats([0.5], []), bytes([1], [])],
      x([3, 5], 'uint8'),
      ...[floats([0.5], []), bytes([1], [])],
      ...[floats([0.5], []), bytes([1], [])],
    ],
  },
  {
    opType: 'ConvInteger',
    inputs: [x([1, 1, 5, 5], 'uint8'), x([2, 1, 3, 3], 'uint8')],
    attributes: { strides: [2, 2] },
  },
  {
    opType: 'QLinearConv',
    inputs: [
      x([1, 1, 5, 5], 'uint8'),
      ...[floats([0.5], []), bytes([1], [])],
      x([2, 1, 3, 3], 'uint8'),
      ...[floats([0.5], []), bytes([1], [])],
      ...[floats([0.5], []), bytes([1], [])],
    ],
    attributes: { pads: [1, 1, 1, 1] },
  },
  { opType: 'Split', inputs: [x([7, 2])], attributes: { num_outputs: 3 }, outputs: 3, opset: 18 },
];
