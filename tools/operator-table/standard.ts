/**
 * The operators of ai.onnx in operator set 22 and the names of their inputs, as the standard's operator schemas have them: in brackets
 * what is never a float, with an ellipsis what there may be any number of. Two that the standard has withdrawn are left out, Scatter and
 * Upsample, for which ScatterElements and Resize stand.
 */
const schemas = `
Abs: X
Acos: input
Acosh: input
Add: A B
AffineGrid: theta (size)
And: (A) (B)
ArgMax: data
ArgMin: data
Asin: input
Asinh: input
Atan: input
Atanh: input
AveragePool: X
BatchNormalization: X scale B input_mean input_var
Bernoulli: input
BitShift: (X) (Y)
BitwiseAnd: (A) (B)
BitwiseNot: (X)
BitwiseOr: (A) (B)
BitwiseXor: (A) (B)
BlackmanWindow: (size)
Cast: input
CastLike: input target_type
Ceil: X
Celu: X
CenterCropPad: input_data (shape)
Clip: input min max
Col2Im: input (image_shape) (block_shape)
Compress: input (condition)
Concat: inputs…
ConcatFromSequence: (input_sequence)
Constant:
ConstantOfShape: (input)
Conv: X W B
ConvInteger: (x) (w) (x_zero_point) (w_zero_point)
ConvTranspose: X W B
Cos: input
Cosh: input
CumSum: x (axis)
DFT: input (dft_length) (axis)
DeformConv: X W offset B mask
DepthToSpace: input
DequantizeLinear: (x) x_scale (x_zero_point)
Det: X
Div: A B
Dropout: data ratio (training_mode)
DynamicQuantizeLinear: x
Einsum: Inputs…
Elu: X
Equal: A B
Erf: input
Exp: input
Expand: input (shape)
EyeLike: input
Flatten: input
Floor: X
GRU: X W R B (sequence_lens) initial_h
Gather: data (indices)
GatherElements: data (indices)
GatherND: data (indices)
Gelu: X
Gemm: A B C
GlobalAveragePool: X
GlobalLpPool: X
GlobalMaxPool: X
Greater: A B
GreaterOrEqual: A B
GridSample: X grid
GroupNormalization: X scale bias
HammingWindow: (size)
HannWindow: (size)
HardSigmoid: X
HardSwish: X
Hardmax: input
Identity: input
If: (cond)
ImageDecoder: (encoded_stream)
InstanceNormalization: input scale B
IsInf: X
IsNaN: X
LRN: X
LSTM: X W R B (sequence_lens) initial_h initial_c P
LayerNormalization: X Scale B
LeakyRelu: X
Less: A B
LessOrEqual: A B
Log: input
LogSoftmax: input
Loop: (M) (cond) v_initial…
LpNormalization: input
LpPool: X
MatMul: A B
MatMulInteger: (A) (B) (a_zero_point) (b_zero_point)
Max: data_0…
MaxPool: X
MaxRoiPool: X rois
MaxUnpool: X (I) (output_shape)
Mean: data_0…
MeanVarianceNormalization: X
MelWeightMatrix: (num_mel_bins) (dft_length) (sample_rate) lower_edge_hertz upper_edge_hertz
Min: data_0…
Mish: X
Mod: A B
Mul: A B
Multinomial: input
Neg: X
NegativeLogLikelihoodLoss: input (target) weight
NonMaxSuppression: boxes scores (max_output_boxes_per_class) iou_threshold score_threshold
NonZero: X
Not: (X)
OneHot: indices depth values
Optional: input
OptionalGetElement: (input)
OptionalHasElement: (input)
Or: (A) (B)
PRelu: X slope
Pad: data (pads) constant_value (axes)
Pow: X Y
QLinearConv: (x) x_scale (x_zero_point) (w) w_scale (w_zero_point) y_scale (y_zero_point) (B)
QLinearMatMul: (a) a_scale (a_zero_point) (b) b_scale (b_zero_point) y_scale (y_zero_point)
QuantizeLinear: x y_scale (y_zero_point)
RNN: X W R B (sequence_lens) initial_h
RandomNormal:
RandomNormalLike: input
RandomUniform:
RandomUniformLike: input
Range: start limit delta
Reciprocal: X
ReduceL1: data (axes)
ReduceL2: data (axes)
ReduceLogSum: data (axes)
ReduceLogSumExp: data (axes)
ReduceMax: data (axes)
ReduceMean: data (axes)
ReduceMin: data (axes)
ReduceProd: data (axes)
ReduceSum: data (axes)
ReduceSumSquare: data (axes)
RegexFullMatch: (X)
Relu: X
Reshape: data (shape)
Resize: X roi scales (sizes)
ReverseSequence: input (sequence_lens)
RoiAlign: X rois (batch_indices)
Round: X
STFT: signal (frame_step) window (frame_length)
Scan: initial_state_and_scan_inputs…
ScatterElements: data (indices) updates
ScatterND: data (indices) updates
Selu: X
SequenceAt: (input_sequence) (position)
SequenceConstruct: inputs…
SequenceEmpty:
SequenceErase: (input_sequence) (position)
SequenceInsert: (input_sequence) tensor (position)
SequenceLength: (input_sequence)
SequenceMap: (input_sequence) additional_inputs…
Shape: data
Shrink: input
Sigmoid: X
Sign: input
Sin: input
Sinh: input
Size: data
Slice: data (starts) (ends) (axes) (steps)
Softmax: input
SoftmaxCrossEntropyLoss: scores (labels) weights
Softplus: X
Softsign: input
SpaceToDepth: input
Split: input (split)
SplitToSequence: input (split)
Sqrt: X
Squeeze: data (axes)
StringConcat: (X) (Y)
StringNormalizer: (X)
StringSplit: (X)
Sub: A B
Sum: data_0…
Tan: input
Tanh: input
TfIdfVectorizer: (X)
ThresholdedRelu: X
Tile: input (repeats)
TopK: X (K)
Transpose: data
Trilu: input (k)
Unique: X
Unsqueeze: data (axes)
Where: (condition) X Y
Xor: (A) (B)
`;

export interface StandardInput {
  readonly name: string;
  readonly mayBeFloat: boolean;
}

export const standardOperators: ReadonlyMap<string, readonly StandardInput[]> = new Map(
  schemas
    .trim()
    .split('\n')
    .map((line) => {
      const [operator, inputs = ''] = line.split(':') as [string, string?];
      const names = inputs.trim().split(' ').filter(Boolean);
      return [operator, names.map((name) => ({ name: name.replace(/[()]/g, ''), mayBeFloat: !name.startsWith('(') }))];
    }),
);
