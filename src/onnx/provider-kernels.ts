/**
 * What ONNX Runtime's execution providers compute themselves, as data. A graph whose every node is listed for a provider runs
 * there without falling back to the CPU; the rules of gradients ask here which form to take.
 *
 * Sources, of ONNX Runtime: for CPU, CUDA and DirectML docs/OperatorKernels.md (commit 001d12d, which knows operator set 25);
 * for WebGPU the registrations in onnxruntime/core/providers/webgpu, and what the provider in onnxruntime-node 1.30 takes when
 * it may not fall back. Condensed by hand: the operators that our graphs are made of, in the operator sets 13 to 18 that we read
 * and write, and the element types that occur in them.
 */
import type { Graph } from './graph.js';
import type { Node } from './node.js';
import type { DType } from './tensor.js';

/** The providers that graphs can be written for. */
export const targets = ['cpu', 'cuda', 'dml', 'webgpu'] as const;
export type Target = (typeof targets)[number];

type Types = readonly DType[];

interface Kernel {
  /** Element types of the data that it works on. */
  readonly types: Types;
  /** How many of the optional outputs it gives. Default: all. */
  readonly outputs?: number;
}

const bool: Types = ['bool'];
const float: Types = ['float32'];
const floats: Types = ['float32', 'float64'];
const numbers: Types = [...floats, 'int32', 'int64'];
const all: Types = [...numbers, 'uint8', 'bool'];

const each = (operators: string, types: Types): Record<string, Kernel> =>
  Object.fromEntries(operators.split(' ').map((operator) => [operator, { types }]));

/** What networks are made of beside what gradients are, over float32 in every provider. */
const networks =
  'BatchNormalization InstanceNormalization LayerNormalization ReduceMean ReduceProd ReduceMin ReduceL1 ReduceL2 ReduceLogSumExp ' +
  'Softmax PRelu DepthToSpace GlobalMaxPool Tile Resize Ceil Dropout';

const moving = 'Concat Expand Identity Reshape Slice Squeeze Transpose Unsqueeze Flatten';

const kernels: Record<Target, Readonly<Record<string, Kernel>>> = {
  cpu: {
    ...each(`${networks} Selu Celu HardSwish Gelu Mish SpaceToDepth LRN Sum LpPool Upsample`, float),
    ...each('Add Sub Mul Div Min Max Pow Abs Neg Sign Greater Less Clip ReduceSum', numbers),
    ...each('Sqrt Exp Log Sigmoid Tanh Round Floor MatMul Gemm MaxPool ReduceSumSquare ReduceMax', floats),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu MaxUnpool', float),
    ...each('Relu', floats),
    ...each(`${moving} Pad Cast Equal Gather Split`, all),
    ...each('Where', [...numbers, 'uint8']),
    ...each('And Or Not', bool),
    ...each('Sin Cos LogSoftmax', floats),
    ...each('Erf Sinh Cosh Softplus Softsign Elu HardSigmoid ThresholdedRelu Det', float),
    ...each('CumSum Einsum', numbers),
    ...each('GatherElements GatherND ScatterElements ScatterND ReverseSequence', all),
    ...each('Trilu', [...floats, 'int64', 'bool']),
    ...each('OneHot', ['int32', 'int64', 'float32']),
  },
  // No MaxUnpool, Sinh, Cosh or Det.
  cuda: {
    ...each(`${networks} Selu Gelu SpaceToDepth LRN Sum Upsample`, float),
    ...each('Add Sub Mul Div Min Max Pow Abs Neg Sign Greater Less', numbers),
    ...each('Sqrt Exp Log Sigmoid Tanh Round Floor MatMul Gemm MaxPool ReduceSumSquare ReduceMax', floats),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu Relu', floats),
    ...each('Clip', [...floats, 'int64', 'uint8']),
    ...each('ReduceSum', numbers),
    ...each(`${moving} Cast Gather Split`, all),
    ...each('Pad', [...floats, 'bool']),
    ...each('Equal', [...numbers, 'bool']),
    ...each('Where', [...numbers, 'uint8']),
    ...each('And Or Not', bool),
    ...each('Sin Cos Erf LogSoftmax Softplus Softsign Elu HardSigmoid ThresholdedRelu Einsum', floats),
    ...each('CumSum', numbers),
    ...each('GatherElements ScatterElements ScatterND ReverseSequence Trilu', all),
    ...each('GatherND', [...floats, 'int64', 'bool']),
    ...each('OneHot', ['int32', 'int64']),
  },
  // Its MaxPool gives Indices, but which of several equal maxima they name is not documented, and the gradient depends on it.
  dml: {
    ...each(`${networks} Selu Celu SpaceToDepth LRN Sum Upsample`, float),
    ...each('Add Sub Mul Div Min Max Neg Sign Greater Less Clip Equal', ['float32', 'int32', 'int64', 'uint8']),
    ...each('Sqrt Exp Log Sigmoid Tanh Round Floor MatMul Gemm MaxUnpool', float),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu Relu', float),
    ...each('ReduceSum ReduceSumSquare ReduceMax', ['float32', 'int32', 'int64']),
    ...each('Pow', ['float32', 'int32']),
    ...each(`${moving} Pad Cast Where Gather Split`, all),
    ...each('And Or Not', bool),
    ...each('Sin Cos Sinh Cosh Erf LogSoftmax Softplus Softsign Elu HardSigmoid ThresholdedRelu Einsum', float),
    ...each('CumSum', ['float32', 'int32', 'int64']),
    ...each('GatherElements GatherND ScatterElements ScatterND ReverseSequence', all),
    ...each('OneHot', ['int32', 'int64']),
    MaxPool: { types: float, outputs: 1 },
  },
  // No Sign, Round or MaxUnpool; its MaxPool gives no Indices. 64-bit numbers it does not have.
  webgpu: {
    ...each(`${networks} HardSwish Gelu Mish Atan`, float),
    ...each('Add Sub Mul Div Min Max Pow Greater Less Equal Pad Clip ReduceSum ReduceSumSquare ReduceMax', [
      'float32',
      'int32',
    ]),
    ...each('Concat Identity Squeeze Transpose Gather Split', ['float32', 'int32']),
    ...each('Sqrt Exp Log Sigmoid Tanh Floor Abs Neg MatMul Gemm', float),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu Relu Slice', float),
    ...each('Cast Reshape Expand', ['float32', 'int32', 'uint8', 'bool']),
    ...each('Where Unsqueeze Flatten', ['float32', 'int32', 'bool']),
    ...each('And Not', bool),
    ...each('Sin Cos Sinh Cosh Erf Softplus Elu HardSigmoid ThresholdedRelu Einsum Trilu GatherElements', float),
    ...each('CumSum GatherND ScatterElements ScatterND', ['float32', 'int32']),
    MaxPool: { types: float, outputs: 1 },
  },
};

/**
 * Whether a provider has a kernel for an operator over that type of data, with that many outputs. Where no provider is given:
 * yes, because ONNX Runtime then computes every standard operator somewhere.
 */
export function hasKernel(target: Target | undefined, opType: string, dtype: DType, outputs = 1): boolean {
  if (!target) return true;
  const kernel = kernels[target][opType];
  return Boolean(kernel?.types.includes(dtype)) && outputs <= (kernel?.outputs ?? outputs);
}

/** The nodes of a graph that a provider has no kernel for: it would leave them to the CPU, or refuse the graph. */
export function unsupportedNodes(graph: Graph, target: Target): Node[] {
  return graph.nodes.filter(({ domain, opType, inputs, outputs }) => {
    // Removed when the model is loaded.
    if (domain === '' && (opType === 'Identity' || opType === 'Constant')) return false;
    const used = outputs.filter((output) => output !== '').length;
    // Where chooses between its second and third input; what else there is (shapes, axes) is read on the CPU everywhere.
    const main = inputs[opType === 'Where' ? 1 : 0] || outputs[0]!;
    const types = [main, ...(opType === 'Cast' ? outputs : [])].map((value) => graph.knownType(value)?.dtype);
    return domain !== '' || !types.every((dtype) => dtype && hasKernel(target, opType, dtype, used));
  });
}
