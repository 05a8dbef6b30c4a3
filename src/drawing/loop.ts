/** The drawing itself: iteration after iteration, phase after phase. */
import { InputError } from '../errors.js';
import { findLayer } from '../vgg19/layers.js';
import type { FrameIteration } from './messages.js';
import { openPhase, type PhaseOptions } from './phase.js';
import type { Phase, Preset } from './preset.js';
import { learningRateAt } from './schedule.js';
import { DrawingState } from './state.js';

export interface LoopOptions extends PhaseOptions {
  readonly height: number;
  readonly width: number;
  /** The weights reach down to its deepest layer. */
  readonly preset: Preset;
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
 * @throws InputError where the loss is not finite; it says at which iteration.
 */
export async function* drawingLoop(options: LoopOptions): AsyncGenerator<Iteration, void, void> {
  const { preset, height, width } = options;
  const { pixelOffset } = options.weights;
  const state = await DrawingState.open(preset, height, width, options.provider);
  const readCanvas = () => state.readCanvas();
  let index = 0;
  try {
    for (const [position, phase] of preset.phases.entries()) {
      if (!phase.keepOptimizer) state.resetOptimizer();
      const site = { layer: findLayer(phase.layer), height, width, pixelOffset };
      const { step, release } = await openPhase(site, state, options);
      try {
        for (let iteration = 0; iteration < phase.iterations; iteration++) {
          index++;
          const started = performance.now();
          const { loss, frame } = await step(learningRateAt(phase, iteration));
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

function notFinite(loss: number, index: number, iteration: number, { layer, iterations }: Phase): string {
  const where = `iteration ${index} (${iteration + 1} of ${iterations} at ${layer})`;
  return `the loss became ${loss} at ${where}; a smaller learning rate or other weights may help`;
}
