/** The drawing itself: iteration after iteration, phase after phase. */
import type { ModelSite } from '../artifacts/models.js';
import { InputError } from '../errors.js';
import { chooseFrugally } from '../onnx/passes/winograd/index.js';
import { collectGarbage } from '../runtime/garbage.js';
import { cpu } from '../runtime/provider.js';
import type { Tensor } from '../runtime/session.js';
import { findLayer, type Layer, weightCountThrough } from '../vgg19/layers.js';
import type { Weights } from '../vgg19/weights/weights.js';
import { openActivations } from './activations.js';
import { TransformedKernels } from './kernels.js';
import { type DrawingPlan, outOfMemory } from './memory.js';
import type { FrameIteration } from './messages.js';
import { type OpenPhase, openPhase, type PhaseOptions } from './phase.js';
import { fastPlan, type PhasePlan } from './phase-plan.js';
import type { Phase, Preset } from './preset.js';
import { deepestLayer, learningRateAt } from './schedule.js';
import { DrawingState } from './state.js';
import { openTiledPhase } from './tiled-phase.js';

export interface LoopOptions extends Omit<PhaseOptions, 'kernels' | 'photo'> {
  /** The photo in network space, float32[3, H, W], or what it is read by; undefined where nothing is to be drawn after all. */
  readonly photo: Float32Array | Promise<Float32Array | undefined>;
  readonly height: number;
  readonly width: number;
  readonly preset: Preset;
  /** The network's weights, down to the preset's deepest layer. */
  readonly weights: Pick<Weights, 'data' | 'pixelOffset'>;
  /** Whether convolutions are computed directly, and not in Winograd's form. */
  readonly exact?: boolean | undefined;
  /** On the CPU: how each phase is computed. Left out: as fast as can be. */
  readonly plan?: DrawingPlan | undefined;
  /** The layers whose activations for the photo are computed together before the first phase. Left out: each before its phase. */
  readonly firstPass?: readonly Layer[] | undefined;
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
  const { preset, height, width, weights, provider = cpu, exact } = options;
  const size = { height, width, pixelOffset: weights.pixelOffset };
  const kernels = provider.name === 'cpu' && !exact ? new TransformedKernels(weights) : undefined;
  const state = await DrawingState.open(preset, height, width, provider);
  const readCanvas = () => state.readCanvas();
  let index = 0;
  try {
    const plan = provider.name === 'cpu' ? (options.plan ?? preset.phases.map(() => fastPlan(size))) : undefined;
    const isCounted = plan?.some(({ isFrugal }) => isFrugal);
    const choose = (planned: PhasePlan | undefined) =>
      options.choose ?? (planned?.isFrugal ? chooseFrugally : undefined);
    const first = { ...size, bands: plan?.[0]?.bands };
    const passing = passFirst({ ...options, kernels, choose: choose(plan?.[0]) }, first);
    const { photo, targets } = await nameMemory(passing, preset.phases[0]!);
    if (!photo) return;
    for (const [position, phase] of preset.phases.entries()) {
      if (!phase.keepOptimizer) state.resetOptimizer();
      const layer = findLayer(phase.layer);
      const planned = plan?.[position];
      const left = preset.phases.slice(position);
      kernels?.forgetBeyond(weightCountThrough(deepestLayer({ phases: left })));
      // Where memory is counted, what the phase before has left is not.
      if (isCounted) collectGarbage();
      const open = (): Promise<OpenPhase> => {
        const site = { layer, ...size, bands: planned?.bands };
        const phaseOptions = { ...options, kernels, photo, choose: choose(planned) };
        const target = targets.get(layer);
        if (!left.slice(1).some((later) => later.layer === phase.layer)) targets.delete(layer);
        return planned?.tiled
          ? openTiledPhase(site, state, phaseOptions, planned, planned.tiled)
          : openPhase(site, state, phaseOptions, planned, target);
      };
      for await (const step of iterations(phase, open, index)) {
        index++;
        yield { ...step, readCanvas, phase: position, layer: phase.layer };
      }
    }
  } finally {
    await state.release();
  }
}

/** Those of one phase. A generator of its own, because all that a generator has held stays alive until it holds something else. */
async function* iterations(
  phase: Phase,
  open: () => Promise<OpenPhase>,
  before: number,
): AsyncGenerator<Pick<Iteration, 'frame' | 'iteration' | 'loss' | 'ms'>, void, void> {
  const { step, release } = await nameMemory(open(), phase);
  try {
    for (let iteration = 0; iteration < phase.iterations; iteration++) {
      const started = performance.now();
      const { loss, frame } = await nameMemory(step(learningRateAt(phase, iteration)), phase);
      const ms = performance.now() - started;
      if (!Number.isFinite(loss)) throw new InputError(notFinite(loss, before + iteration + 1, iteration, phase));
      yield { frame, iteration, loss, ms };
    }
  } finally {
    await release();
  }
}

/** Waits for the photo, with all that can be done before it is there; then computes the activations of `firstPass`. */
async function passFirst(
  { photo: awaited, firstPass = [], ...options }: LoopOptions & Pick<PhaseOptions, 'kernels'>,
  site: Omit<ModelSite, 'layer'>,
): Promise<{ photo: Float32Array | undefined; targets: Map<Layer, Tensor> }> {
  const network = firstPass.length > 0 ? await openActivations(site, firstPass, options) : undefined;
  try {
    const photo = await awaited;
    return { photo, targets: (photo && (await network?.of(photo))) ?? new Map() };
  } finally {
    await network?.release();
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
