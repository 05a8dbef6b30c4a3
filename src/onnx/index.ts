/** ONNX graphs as a library: build, load, differentiate, encode. It knows nothing of VGG or of drawing. */

export { countFlops } from './flops.js';
export { type DifferentiateOptions, differentiate } from './gradient/differentiate.js';
export { rules as gradientRules } from './gradient/rules/index.js';
export { defaultOpset, Graph } from './graph.js';
export { inspectModel, type ModelReport, type OperatorReport, type ValueReport } from './inspect.js';
export { type Layer, layersOf } from './layers.js';
export { type LoadOptions, loadModel } from './load/load-model.js';
export { type ModelApart, setWeightsApart } from './load/weights-apart.js';
export { type AppendedLoss, appendLoss, type LossName, lossNames } from './losses.js';
export { peakBytes } from './memory.js';
export { type EncodeOptions, encodeModel, encodeModelAndData, encodeModelInParts } from './model.js';
export type { Attribute, Attributes, Node, NodeOptions, Value } from './node.js';
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
export { type AdamWConstants, adamW } from './optimizers/adamw.js';
export type { Optimizer, TrainingOptimizer } from './optimizers/optimizer.js';
export { type SgdConstants, sgd } from './optimizers/sgd.js';
export { keepMasks } from './passes/keep-masks.js';
export { recomputeWithin } from './passes/recompute.js';
export { splitRows } from './passes/split-rows.js';
export { tuneForCpu } from './passes/tune-for-cpu.js';
export { hasKernel, type Target, targets, unsupportedNodes } from './provider-kernels.js';
export { inferredOperators } from './shapes/index.js';
export { OpenSide, openSide, type Side, type Sides } from './sides.js';
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
  type ValueType,
} from './tensor.js';
export { type ArtifactOptions, type TrainingArtifacts, trainingArtifacts } from './training/artifacts.js';
export { type ClippedGradients, clipNorm } from './training/clip-norm.js';
export type { TrainingOptions } from './training/graphs.js';
export { parametersOf, type Train } from './training/parameters.js';
