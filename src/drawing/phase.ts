/** How the iterations of a phase are computed. The loop knows only this interface. */
import { evalModel, type ModelSite } from '../artifacts/models.js';
import { biasCorrection, encodeModel, type Graph, keepMasks } from '../onnx/index.js';
import { cpu, type Provider } from '../runtime/provider.js';
import { type InferenceSession, openSession, Tensor } from '../runtime/session.js';
import { weightsFile } from '../vgg19/network.js';
import type { Weights } from '../vgg19/weights/weights.js';
import { blankCanvas } from './canvas.js';
import { iterationModel } from './iteration.js';
import type { Preset } from './preset.js';

export interface PhaseOptions {
  /** The photo in network space, float32[3, H, W]. */
  readonly photo: Float32Array;
  readonly preset: Pick<Preset, 'canvas' | 'tone' | 'adam'>;
  /** The network's weights, down to the phase's layer at least. */
  readonly weights: Pick<Weights, 'data' | 'pixelOffset'>;
  readonly threads?: number | undefined;
  /** What computes. Default: the CPU. */
  readonly provider?: Provider | undefined;
}

/** What passes from iteration to iteration and from phase to phase. */
export interface DrawingState {
  /** The canvas, float32[1, 3, H, W] in network space. */
  pixels: Tensor;
  /** Adam's running averages, of the same shape. */
  expAvg: Tensor;
  expAvgSq: Tensor;
  /** How many steps Adam has taken with them. */
  steps: number;
}

/** What an iteration gives. */
export interface Step {
  /** The loss of the canvas before the step. */
  readonly loss: number;
  /** The canvas after it in the preset's tone: 8-bit R, G, B, interleaved [H, W, 3]. */
  readonly frame: Uint8Array;
}

/** A phase that is ready to be computed. */
export interface OpenPhase {
  /** One iteration: gradient, Adam, clip and frame. It moves the state on. */
  step(learningRate: number): Promise<Step>;
  /** The canvas as it is now, float32[3, H, W] in network space; it stays as it is when the drawing goes on. */
  readCanvas(): Promise<Float32Array>;
  /** Frees what the phase alone needed; the state lives on. */
  release(): Promise<void>;
}

export function blankState({ canvas }: Pick<Preset, 'canvas'>, height: number, width: number): DrawingState {
  const shape = [1, 3, height, width];
  return { pixels: new Tensor('float32', blankCanvas(canvas, height, width), shape), ...newOptimizer(shape) };
}

/** Adam forgets what it has averaged. */
export function resetOptimizer(state: DrawingState): void {
  Object.assign(state, newOptimizer(state.pixels.dims));
}

function newOptimizer(shape: readonly number[]): Omit<DrawingState, 'pixels'> {
  const zeros = () => new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  return { expAvg: zeros(), expAvgSq: zeros(), steps: 0 };
}

/**
 * Opens sessions for just the part of the network that the site's layer needs, and computes the photo's activations.
 * @param state what the phase begins with; its iterations change it.
 */
export async function openPhase(site: ModelSite, state: DrawingState, options: PhaseOptions): Promise<OpenPhase> {
  const { adam, canvas, tone } = options.preset;
  const target = await activationOfPhoto(site, options);
  const session = await openGraph(iterationModel(site, { adam, canvas, tone }), options);
  return {
    async step(learningRate) {
      const { size, scale } = biasCorrection(state.steps + 1, learningRate, adam);
      const { loss, frame, ...next } = await session.run({
        pixels: state.pixels,
        target,
        exp_avg: state.expAvg,
        exp_avg_sq: state.expAvgSq,
        step_size: new Tensor('float32', [size], []),
        second_moment_scale: new Tensor('float32', [scale], []),
      });
      state.pixels = next.pixels_out!;
      state.expAvg = next.exp_avg_out!;
      state.expAvgSq = next.exp_avg_sq_out!;
      state.steps++;
      return { loss: (loss!.data as Float32Array)[0]!, frame: frame!.data as Uint8Array };
    },
    readCanvas: async () => (state.pixels.data as Float32Array).slice(),
    release: () => session.release(),
  };
}

async function activationOfPhoto(site: ModelSite, options: PhaseOptions): Promise<Tensor> {
  const session = await openGraph(evalModel(site), options);
  const pixels = new Tensor('float32', options.photo, [1, 3, site.height, site.width]);
  const { activation } = await session.run({ pixels });
  await session.release();
  return activation!;
}

/** A session for a graph, with the weights that it names. */
export function openGraph(graph: Graph, { weights, threads, provider }: PhaseOptions): Promise<InferenceSession> {
  const { buffer, byteOffset, byteLength } = weights.data;
  const data = new Uint8Array(buffer, byteOffset, byteLength);
  const onCpu = (provider ?? cpu).name === 'cpu';
  // Other providers plan and compile for known shapes, and order nodes in their own way.
  const model = encodeModel(onCpu ? keepMasks(graph) : graph, { openSides: onCpu });
  return openSession(model, { threads, provider, externalData: [{ path: weightsFile, data }] });
}
