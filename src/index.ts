/** vggdraw as a library: drawing photos, and gradients of ONNX graphs. */

export { channelMeans, toNetworkSpace } from './colour/spaces.js';
export { applyTone, type Tone } from './colour/tones.js';
export { type Checkpoint, encodeCheckpoint, readCheckpoint } from './drawing/checkpoint.js';
export { draw } from './drawing/draw.js';
export type { Drawing, DrawingNetwork, Frame } from './drawing/frame.js';
export { type DrawOptions, drawDefaults } from './drawing/recipe/options.js';
export {
  defaultAdam,
  type Phase,
  type Preset,
  type PresetInput,
  parsePreset,
  readPreset,
} from './drawing/recipe/preset.js';
export { type PresetName, presets } from './drawing/recipe/presets.js';
export type { WeightedStyle } from './drawing/recipe/style.js';
export type { FrameIteration } from './drawing/thread/messages.js';
export { ThreadPool, type ThreadPoolOptions } from './drawing/thread/pool.js';
export { InputError } from './errors.js';
export { encodePng } from './image/encode-png.js';
export { openPhoto, type Photo, readPhoto } from './image/photo.js';
export type { Picture } from './image/picture.js';
export type { PhotoSource } from './image/source.js';
export type { Activation, ChannelFigures } from './looking/figures.js';
export type { Liked } from './looking/liking.js';
export { type ExcitedChannel, type Look, look } from './looking/look.js';
export type { LookOptions } from './looking/options.js';
export type { Patch } from './looking/patches.js';
export { lookSheet, type SheetOptions } from './looking/sheet.js';
export { renderStrokes } from './media/strokes/render.js';
export { type ReplayOptions, replayFrames } from './media/strokes/replay.js';
export { type Step, sequenceOf } from './media/strokes/sequence.js';
export type { StrokeKind, Strokes } from './media/strokes/strokes.js';
export { type SvgOptions, strokesToSvg } from './media/strokes/svg.js';
export type { SvgStyle } from './media/strokes/svg-styles.js';
export { type NetworkModel, type PreprocessName, readNetwork } from './networks/index.js';
export { findLayer, type Layer, layers } from './networks/vgg19/layers.js';
export { importWeights } from './networks/vgg19/weights/import.js';
export { inspectWeights, type LayerReport, type WeightsReport } from './networks/vgg19/weights/inspect.js';
export { loadWeights } from './networks/vgg19/weights/load.js';
export type { PixelOffset, Preprocessing } from './networks/vgg19/weights/preprocessing.js';
export { readWeightsFile } from './networks/vgg19/weights/read-file.js';
export type { Weights } from './networks/vgg19/weights/weights.js';
export * as onnx from './onnx/index.js';
export { type ExportOptions, exportArtifacts } from './outputs/exported-models.js';
export {
  evalModel,
  type IterationModelOptions,
  iterationModel,
  type ModelSite,
  optimizerModel,
  trainingModel,
} from './outputs/models.js';
export { exportTrainingArtifacts, type TrainingFiles } from './outputs/training-artifacts.js';
export type { PlotOptions } from './plotting/options.js';
export { type Plot, type PlotFigures, plotStrokes } from './plotting/plot.js';
export type { ProviderName } from './runtime/provider.js';
export { listProviders, type ProviderReport } from './runtime/providers/inspect.js';
export * as schedules from './training/schedules.js';
export {
  type Batch,
  type EvaluationReport,
  type StepReport,
  Trainer,
  type TrainerOptions,
} from './training/trainer.js';
export type { VideoFormat } from './video/formats.js';
export { openVideo, type VideoOptions, type VideoWriter } from './video/video.js';
