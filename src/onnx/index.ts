/** ONNX graphs as a library: build, load, differentiate, encode. It knows nothing of VGG or of drawing. */

export { countFlops } from './flops.js';
export { type DifferentiateOptions, differentiate } from './gradient/differentiate.js';
export { rules as gradientRules } from './gradient/rules/index.js';
export { defaultOpset, Graph, type NodeOptions } from './graph.js';
export { type LoadOptions, loadModel } from './load/load-model.js';
export { peakBytes } from './memory.js';
export { type EncodeOptions, encodeModel } from './model.js';
export type { Attribute, Attributes, Node, Value } from './node.js';
export { type Operand, Operators } from './operators.js';
export {
  type AdamConstants,
  type AdamInputs,
  type AdamOutputs,
  type AdamState,
  type AdamStateOutputs,
  appendAdam,
  appendCorrectedAdam,
  type BiasCorrection,
  biasCorrection,
} from './optimizers/adam.js';
export { keepMasks } from './passes/keep-masks.js';
export { recomputeWithin } from './passes/recompute.js';
export { splitRows } from './passes/split-rows.js';
export { hasKernel, type Target, targets, unsupportedNodes } from './provider-kernels.js';
export { inferredOperators } from './shapes/index.js';
export {
  type DType,
  type ExternalData,
  type ExternalFiles,
  type Shape,
  sizeOf,
  type Tensor,
  type TensorType,
  tensor,
  tensorValues,
} from './tensor.js';
