/** vggdraw as a library: drawing photos, and gradients of ONNX graphs. */
export { defaultAdam } from './artifacts/adam.js';
export { type ExportOptions, exportArtifacts } from './artifacts/export.js';
export {
  evalModel,
  type ModelSite,
  optimizerModel,
  trainingModel,
} from './artifacts/models.js';
export { type Drawing, type DrawOptions, draw, drawDefaults, type Frame } from './drawing/draw.js';
export { type IterationModelOptions, iterationModel } from './drawing/iteration.js';
export type { FrameIteration } from './drawing/messages.js';
export { type Phase, type Preset, type PresetInput, parsePreset, readPreset } from './drawing/preset.js';
export { type PresetName, presets } from './drawing/presets.js';
export { applyTone, type Tone } from './drawing/tones.js';
export { InputError } from './errors.js';
export { openPhoto, type Photo, readPhoto } from './image/photo.js';
export type { Picture } from './image/picture.js';
export { encodePng } from './image/png.js';
export type { PhotoSource } from './image/source.js';
export * as onnx from './onnx/index.js';
export type { ProviderName } from './runtime/provider.js';
export { listProviders, type ProviderReport } from './runtime/providers/inspect.js';
export { findLayer, type Layer, layers } from './vgg19/layers.js';
export { channelMeans, toNetworkSpace } from './vgg19/preprocessing.js';
export { readWeightsFile } from './vgg19/weights/file.js';
export { importWeights } from './vgg19/weights/import.js';
export { inspectWeights, type LayerReport, type WeightsReport } from './vgg19/weights/inspect.js';
export type { PixelOffset, Preprocessing } from './vgg19/weights/preprocessing.js';
export { loadWeights } from './vgg19/weights/source.js';
export type { Weights } from './vgg19/weights/weights.js';
export { openVideo, type VideoOptions, type VideoWriter } from './video/video.js';
