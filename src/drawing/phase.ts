/** How the iterations of a phase are computed. The loop knows only this interface. */
import type { ModelSite } from '../artifacts/models.js';
import { biasCorrection } from '../onnx/index.js';
import { Tensor } from '../runtime/session.js';
import { openActivations } from './activations.js';
import { iterationModel } from './iteration.js';
import { type NetworkOptions, openNetwork } from './network.js';
import { type PhasePlan, withinBudget } from './phase-plan.js';
import type { Preset } from './preset.js';
import type { DrawingState } from './state.js';

export interface PhaseOptions extends NetworkOptions {
  /** The photo in network space, float32[3, H, W]. */
  readonly photo: Float32Array;
  readonly preset: Pick<Preset, 'canvas' | 'tone' | 'adam'>;
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
  /** Frees what the phase alone needed; the state lives on. */
  release(): Promise<void>;
}

/**
 * Opens a session for just the part of the network that the site's layer needs. A device with memory of its own gets the photo's
 * activations once; where the provider can, the state stays there too, and one iteration moves no more than its loss and its frame.
 * @param state what the phase begins with; its iterations change it.
 * @param plan on the CPU: how much is computed again.
 * @param known the layer's activations for the photo. Left out: they are computed.
 */
export async function openPhase(
  site: ModelSite,
  state: DrawingState,
  options: PhaseOptions,
  plan: PhasePlan | undefined,
  known?: Tensor,
): Promise<OpenPhase> {
  const { adam, canvas, tone } = options.preset;
  const target = known ?? (await activationOfPhoto(site, options));
  const onDevice = ['pixels_out', 'exp_avg_out', 'exp_avg_sq_out'];
  const session = await openNetwork(
    (form) => {
      const graph = iterationModel({ ...site, target: form }, { adam, canvas, tone });
      return plan ? withinBudget(graph, plan) : graph;
    },
    options,
    { constants: { target }, onDevice },
  );
  return {
    async step(learningRate) {
      const { size, scale } = biasCorrection(state.steps + 1, learningRate, adam);
      const { loss, frame, ...next } = await session.run({
        pixels: state.pixels,
        exp_avg: state.expAvg,
        exp_avg_sq: state.expAvgSq,
        step_size: new Tensor('float32', [size], []),
        second_moment_scale: new Tensor('float32', [scale], []),
      });
      state.moveOn({ pixels: next.pixels_out!, expAvg: next.exp_avg_out!, expAvgSq: next.exp_avg_sq_out! });
      return { loss: (loss!.data as Float32Array)[0]!, frame: frame!.data as Uint8Array };
    },
    async release() {
      try {
        await state.keep();
      } finally {
        await session.release();
      }
    },
  };
}

async function activationOfPhoto(site: ModelSite, options: PhaseOptions): Promise<Tensor> {
  const { layer } = site;
  const network = await openActivations(site, [layer], options);
  const activations = await network.of(options.photo);
  await network.release();
  return activations.get(layer)!;
}
