/**
 * What ONNX Runtime's execution providers compute themselves, as data. A graph whose every node is listed for a provider runs
 * there without falling back to the CPU; the rules of gradients ask here which form to take.
 *
 * Sources, for ONNX Runtime 1.30: what the CPU's and the WebGPU provider of onnxruntime-node take alone, node by node, in operator sets
 * 15, 18, 20 and 22 (test/onnx/provider-kernels.test.ts holds the CPU's to it); for CUDA and DirectML docs/OperatorKernels.md, commit
 * 001d12d, which knows operator set 25. An operator without a kernel is listed where it is a function of others in the standard, in whose
 * place ONNX Runtime then computes these. Condensed to the operators and element types that occur in our graphs, in the operator sets
 * 13 to 22 that we write.
 */
import { defaultOpset, type Graph } from './graph.js';
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

const bytes: Types = [...numbers, 'uint8'];

const each = (operators: string, types: Types): Record<string, Kernel> =>
  Object.fromEntries(operators.split(' ').map((operator) => [operator, { types }]));

/** What networks are made of beside what gradients are, over float32 in every provider. */
const networks =
  'BatchNormalization InstanceNormalization LayerNormalization ReduceMean ReduceProd ReduceMin ReduceL1 ReduceL2 ReduceLogSumExp ' +
  'Softmax PRelu DepthToSpace GlobalMaxPool Tile Resize Ceil Reciprocal ReduceLogSum HardSwish Mish';

const moving = 'Concat Expand Identity Reshape Slice Squeeze Transpose Unsqueeze Flatten';
const trigonometric = 'Acos Acosh Asin Asinh Atan Atanh Tan';

const kernels: Record<Target, Readonly<Record<string, Kernel>>> = {
  cpu: {
    ...each(`${networks} Selu SpaceToDepth LRN LpPool ${trigonometric}`, float),
    ...each('Celu Gelu Hardmax Mean MeanVarianceNormalization GridSample', float),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu MaxUnpool', float),
    ...each('Erf Sinh Cosh Softplus Softsign Elu HardSigmoid ThresholdedRelu Det', float),
    ...each('BatchNormalization LayerNormalization Softmax Ceil Reciprocal Dropout Sum LpNormalization IsNaN', floats),
    ...each('Sqrt Exp Log Sigmoid Tanh Round Floor Gemm MaxPool Relu Sin Cos LogSoftmax', floats),
    ...each('ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare', numbers),
    ...each('ReduceLogSum ReduceLogSumExp Pow Neg MatMul CumSum Einsum', numbers),
    ...each('Add Sub Mul Div Min Max Abs Sign Greater GreaterOrEqual Less LessOrEqual Clip Where', bytes),
    ...each('Mod TopK Shrink', bytes),
    ...each(`${moving} Pad Cast Equal Gather Split Tile`, all),
    ...each('GatherElements GatherND ScatterElements ScatterND ReverseSequence', all),
    ...each('And Or Not Xor', bool),
    ...each('Trilu', [...floats, 'int64', 'bool']),
    ...each('OneHot', ['int32', 'int64', 'float32']),
  },
  // No MaxUnpool, Sinh, Cosh, Det, Mean or LpPool.
  cuda: {
    ...each(`${networks} Gelu GridSample`, float),
    ...each('Selu SpaceToDepth LRN Sum Dropout', floats),
    ...each('Add Sub Mul Div Min Max Pow Abs Neg Sign Greater GreaterOrEqual Less LessOrEqual Mod TopK', numbers),
    ...each('Sqrt Exp Log Sigmoid Tanh Round Floor MatMul Gemm MaxPool ReduceSumSquare IsNaN', floats),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu Relu', floats),
    ...each('Clip', [...floats, 'int64', 'uint8']),
    ...each('ReduceSum ReduceMax ReduceMin CumSum Tile', numbers),
    ...each(`${moving} Cast Gather Split`, all),
    ...each('Pad', [...floats, 'bool']),
    ...each('Equal', [...numbers, 'bool']),
    ...each('Where Shrink', bytes),
    ...each('And Or Not Xor', bool),
    ...each('Sin Cos Erf LogSoftmax Softplus Softsign Elu HardSigmoid ThresholdedRelu Einsum', floats),
    ...each('GatherElements ScatterElements ScatterND ReverseSequence Trilu', all),
    ...each('GatherND', [...floats, 'int64', 'bool']),
    ...each('OneHot', ['int32', 'int64']),
  },
  // Its MaxPool gives Indices, but which of several equal maxima they name is not documented, and the gradient depends on it.
  dml: {
    ...each(`${networks} Selu SpaceToDepth LRN LpPool Sum ${trigonometric}`, float),
    ...each('Celu Hardmax Mean MeanVarianceNormalization LpNormalization GridSample IsNaN', float),
    ...each('Add Sub Mul Div Min Max Sign Greater GreaterOrEqual Less LessOrEqual Clip Equal TopK', [
      'float32',
      'int32',
      'int64',
      'uint8',
    ]),
    ...each('Neg Abs', ['float32', 'int32', 'int64']),
    ...each('Sqrt Exp Log Sigmoid Tanh Round Floor MatMul Gemm MaxUnpool', float),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu Relu', float),
    ...each('ReduceSum ReduceSumSquare ReduceMax CumSum', ['float32', 'int32', 'int64']),
    ...each('Pow', ['float32', 'int32']),
    ...each('Mod Shrink', ['float32', 'int32', 'uint8']),
    ...each(`${moving} Pad Cast Where Gather Split Tile Trilu`, all),
    ...each('And Or Not Xor', bool),
    ...each('Sin Cos Sinh Cosh Erf LogSoftmax Softplus Softsign Elu HardSigmoid ThresholdedRelu Einsum', float),
    ...each('GatherElements GatherND ScatterElements ScatterND ReverseSequence', all),
    ...each('OneHot', ['int32', 'int64']),
    MaxPool: { types: float, outputs: 1 },
  },
  // No Sign, Round or MaxUnpool; its MaxPool gives no Indices. 64-bit numbers it does not have.
  webgpu: {
    ...each(`${networks} Gelu LpNormalization TopK ${trigonometric}`, float),
    ...each('Add Sub Mul Div Min Max Pow Greater GreaterOrEqual Less LessOrEqual Equal Pad Clip', ['float32', 'int32']),
    ...each('ReduceSum ReduceSumSquare ReduceMax ReduceMin Tile', ['float32', 'int32']),
    ...each('Concat Identity Squeeze Transpose Split', ['float32', 'int32']),
    ...each('Gather', ['float32', 'int32', 'uint8', 'bool']),
    ...each('Sqrt Exp Log Sigmoid Tanh Floor Abs Neg MatMul Gemm', float),
    ...each('Conv ConvTranspose AveragePool GlobalAveragePool LeakyRelu Relu Slice', float),
    ...each('Cast Reshape Expand', ['float32', 'int32', 'uint8', 'bool']),
    ...each('Where Unsqueeze Flatten', ['float32', 'int32', 'bool']),
    ...each('And Not', bool),
    ...each('Sin Cos Sinh Cosh Erf Softplus Elu HardSigmoid ThresholdedRelu Einsum GatherElements', float),
    ...each('CumSum GatherND ScatterElements ScatterND Trilu', ['float32', 'int32']),
    MaxPool: { types: float, outputs: 1 },
  },
};

const last = (opset: number, operators: string): Record<string, number> =>
  Object.fromEntries(operators.split(' ').map((operator) => [operator, opset]));

/** What operator set 22 changed (it added bfloat16), and kernels were registered for before, without an end, which is up to the next change. */
const to21 =
  'ConvTranspose Cos Elu GlobalAveragePool GlobalMaxPool InstanceNormalization MaxPool Mish Round Selu Sin Softplus Softsign ThresholdedRelu';

/** The last operator set whose form of an operator a provider has a kernel for, where a later one, of those that we write, changed it. */
const lastOpsets: Record<Target, Readonly<Record<string, number>>> = {
  cpu: {},
  cuda: {
    ...last(18, 'Equal Pad'),
    ...last(19, 'ReduceMax ReduceMin'),
    ...last(20, 'Flatten'),
    ...last(21, `${to21} Dropout`),
  },
  dml: {
    ...last(17, 'ScatterElements ScatterND'),
    ...last(19, 'GridSample'),
    ...last(
      21,
      `${to21} ${trigonometric} AveragePool Conv Cosh HardSigmoid HardSwish LpNormalization LpPool MaxUnpool Sinh`,
    ),
  },
  webgpu: last(
    21,
    `${trigonometric} ConvTranspose Cos Cosh Elu GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish MaxPool Sin Sinh ThresholdedRelu`,
  ),
};

/** The last operator set whose form of an operator a provider computes, as far as it is known; undefined: it has followed all changes. */
export const lastOpset = (target: Target, opType: string): number | undefined => lastOpsets[target][opType];

/**
 * Whether a provider has a kernel for an operator over that type of data, with that many outputs, in an operator set (default: 15). Where no
 * provider is given: yes, because ONNX Runtime then computes every standard operator somewhere.
 */
export function hasKernel(
  target: Target | undefined,
  opType: string,
  dtype: DType,
  outputs = 1,
  opset = defaultOpset,
): boolean {
  if (!target) return true;
  const kernel = kernels[target][opType];
  if (!kernel?.types.includes(dtype) || opset > (lastOpset(target, opType) ?? opset)) return false;
  return outputs <= (kernel.outputs ?? outputs);
}

/** Whether ONNX Runtime takes a node away, or makes a constant of it, when it loads the model, whatever the provider. */
export const isRemoved = ({ domain, opType, inputs, outputs }: Node): boolean =>
  domain === '' &&
  (['Identity', 'Constant'].includes(opType) ||
    (opType === 'Dropout' && !inputs[2] && outputs.filter(Boolean).length === 1));

/** The nodes of a graph that a provider has no kernel for: it would leave them to the CPU, or refuse the graph. */
export function unsupportedNodes(graph: Graph, target: Target): Node[] {
  return graph.nodes.filter((node) => {
    if (isRemoved(node)) return false;
    const { domain, opType, inputs, outputs } = node;
    const used = outputs.filter((output) => output !== '').length;
    // Where chooses between its second and third input; what else there is (shapes, axes) is read on the CPU everywhere.
    const main = inputs[opType === 'Where' ? 1 : 0] || outputs[0]!;
    const types = [main, ...(opType === 'Cast' ? outputs : [])].map((value) => graph.knownType(value)?.dtype);
    return domain !== '' || !types.every((dtype) => dtype && hasKernel(target, opType, dtype, used, graph.opset));
  });
}
