/** The drawing itself: iteration after iteration, phase after phase. */
import { InputError } from '../errors.js';
import { cpu } from '../runtime/provider.js';
import { findLayer } from '../vgg19/layers.js';
import type { Weights } from '../vgg19/weights/weights.js';
import { TransformedKernels } from './kernels.js';
import { type DrawingPlan, outOfMemory } from './memory.js';
import type { FrameIteration } from './messages.js';
import { openPhase, type PhaseOptions } from './phase.js';
import type { Phase, Preset } from './preset.js';
import { learningRateAt } from './schedule.js';
import { DrawingState } from './state.js';
import { openTiledPhase } from './tiled-phase.js';

export interface LoopOptions extends Omit<PhaseOptions, 'kernels'> {
  readonly height: number;
  readonly width: number;
  readonly preset: Preset;
  /** The network's weights, down to the preset's deepest layer. */
  readonly weights: Pick<Weights, 'data' | 'pixelOffset'>;
  /** Whether convolutions are computed directly, and not in Winograd's form. */
  readonly exact?: boolean | undefined;
  /** How each phase is computed. Left out: all as a whole. */
  readonly plan?: DrawingPlan | undefined;
}

/** What an iteration leaves. */
export interface Iteration extends FrameIteration {
  /** The canvas after it in the preset's tone: 8-bit R, G, B, interleaved [H, W, 3]. */
  readonly frame: Uint8Array;
  /** Reads the canvas after it, float32[3, H, W] in network space; only before the next iteration. */
  readonly readCanvas: () => Promise<Float32Array>;
}

/**
 * Draws; ends after the last iteration of the last phase.
 * @throws InputError where the loss is not finite (it says at which iteration), and where memory runs out.
 */
export async function* drawingLoop(options: LoopOptions): AsyncGenerator<Iteration, void, void> {
  const { preset, height, width, weights, threads, provider = cpu, exact } = options;
  const { pixelOffset } = weights;
  const kernels = provider.name === 'cpu' && !exact ? new TransformedKernels(weights, threads) : undefined;
  const state = await DrawingState.open(preset, height, width, provider);
  const readCanvas = () => state.readCanvas();
  let index = 0;
  try {
    for (const [position, phase] of preset.phases.entries()) {
      if (!phase.keepOptimizer) state.resetOptimizer();
      const site = { layer: findLayer(phase.layer), height, width, pixelOffset };
      const tiled = options.plan?.[position];
      const phaseOptions = { ...options, kernels };
      const opened = tiled ? openTiledPhase(site, state, phaseOptions, tiled) : openPhase(site, state, phaseOptions);
      const { step, release } = await nameMemory(opened, phase);
      try {
        for (let iteration = 0; iteration < phase.iterations; iteration++) {
          index++;
          const started = performance.now();
          const { loss, frame } = await nameMemory(step(learningRateAt(phase, iteration)), phase);
          const ms = performance.now() - started;
          if (!Number.isFinite(loss)) throw new InputError(notFinite(loss, index, iteration, phase));
          yield { frame, readCanvas, phase: position, layer: phase.layer, iteration, loss, ms };
        }
      } finally {
        await release();
      }
    }
  } finally {
    await state.release();
  }
}

/** What is under way, with an error that says what to do where memory runs out. */
async function nameMemory<T>(underWay: Promise<T>, { layer }: Phase): Promise<T> {
  try {
    return await underWay;
  } catch (error) {
    throw outOfMemory(error, layer) ?? error;
  }
}

function notFinite(loss: number, index: number, iteration: number, { layer, iterations }: Phase): string {
  const where = `iteration ${index} (${iteration + 1} of ${iterations} at ${layer})`;
  return `the loss became ${loss} at ${where}; a smaller learning rate or other weights may help`;
}
