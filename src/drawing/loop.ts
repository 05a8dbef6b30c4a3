/** The drawing itself: iteration after iteration of gradient and Adam, phase after phase. */
import { evalModel, iterationModel, type ModelSite } from '../artifacts/models.js';
import { InputError } from '../errors.js';
import { encodeModel, type Graph } from '../onnx/index.js';
import type { Provider } from '../runtime/provider.js';
import { type InferenceSession, openSession, Tensor } from '../runtime/session.js';
import { findLayer } from '../vgg19/layers.js';
import { weightsFile } from '../vgg19/network.js';
import type { Weights } from '../vgg19/weights/weights.js';
import { blankCanvas, canvasBounds } from './canvas.js';
import type { FrameIteration } from './messages.js';
import type { Phase, Preset } from './preset.js';
import { learningRateAt } from './schedule.js';

export interface LoopOptions {
  /** The photo in network space, float32[3, H, W]. */
  readonly photo: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly preset: Preset;
  /** The network's weights down to the deepest layer of the preset. */
  readonly weights: Pick<Weights, 'data' | 'pixelOffset'>;
  /** What computes. Default: the CPU. */
  readonly provider?: Provider | undefined;
  readonly threads?: number | undefined;
}

/** What an iteration leaves. */
export interface Iteration extends FrameIteration {
  /** The canvas after it, float32[3, H, W] in network space. */
  readonly canvas: Float32Array;
}

/** Adam's running averages and its count of steps. */
interface OptimizerState {
  expAvg: Tensor;
  expAvgSq: Tensor;
  step: Tensor;
}

/**
 * Draws; ends after the last iteration of the last phase. Each phase opens sessions for just the part of the network that its
 * layer needs, and computes the photo's activations once.
 * @throws InputError where the loss is not finite; it says at which iteration.
 */
export async function* drawingLoop(options: LoopOptions): AsyncGenerator<Iteration, void, void> {
  const { preset, height, width } = options;
  const { pixelOffset } = options.weights;
  const shape = [1, 3, height, width];
  const bounds = canvasBounds(preset.canvas);
  const fixed = {
    lower: new Tensor('float32', bounds.lower, [1, 3, 1, 1]),
    upper: new Tensor('float32', bounds.upper, [1, 3, 1, 1]),
  };
  let canvas: Tensor = new Tensor('float32', blankCanvas(preset.canvas, height, width), shape);
  let optimizer = newOptimizer(shape);
  let index = 0;

  for (const [position, phase] of preset.phases.entries()) {
    const site: ModelSite = { layer: findLayer(phase.layer), height, width, pixelOffset };
    if (!phase.keepOptimizer) optimizer = newOptimizer(shape);
    const target = await activationOfPhoto(site, options);
    const session = await open(iterationModel(site, preset.adam), options);
    try {
      for (let iteration = 0; iteration < phase.iterations; iteration++) {
        index++;
        const started = performance.now();
        const result = await session.run({
          ...fixed,
          pixels: canvas,
          target,
          exp_avg: optimizer.expAvg,
          exp_avg_sq: optimizer.expAvgSq,
          step: optimizer.step,
          learning_rate: new Tensor('float32', [learningRateAt(phase, iteration)], []),
        });
        const ms = performance.now() - started;
        canvas = result.pixels_out!;
        optimizer = { expAvg: result.exp_avg_out!, expAvgSq: result.exp_avg_sq_out!, step: result.step_out! };
        const loss = (result.loss!.data as Float32Array)[0]!;
        if (!Number.isFinite(loss)) throw new InputError(notFinite(loss, index, iteration, phase));
        yield { canvas: canvas.data as Float32Array, phase: position, layer: phase.layer, iteration, loss, ms };
      }
    } finally {
      await session.release();
    }
  }
}

function notFinite(loss: number, index: number, iteration: number, { layer, iterations }: Phase): string {
  const where = `iteration ${index} (${iteration + 1} of ${iterations} at ${layer})`;
  return `the loss became ${loss} at ${where}; a smaller learning rate or other weights may help`;
}

function newOptimizer(shape: readonly number[]): OptimizerState {
  const zeros = () => new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  return { expAvg: zeros(), expAvgSq: zeros(), step: new Tensor('int64', [0n], []) };
}

async function activationOfPhoto(site: ModelSite, options: LoopOptions): Promise<Tensor> {
  const session = await open(evalModel(site), options);
  const pixels = new Tensor('float32', options.photo, [1, 3, site.height, site.width]);
  const { activation } = await session.run({ pixels });
  await session.release();
  return activation!;
}

function open(graph: Graph, { weights, provider, threads }: LoopOptions): Promise<InferenceSession> {
  const { buffer, byteOffset, byteLength } = weights.data;
  const data = new Uint8Array(buffer, byteOffset, byteLength);
  return openSession(encodeModel(graph), { provider, threads, externalData: [{ path: weightsFile, data }] });
}
