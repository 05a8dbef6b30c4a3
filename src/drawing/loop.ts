/** The drawing itself: iteration after iteration, phase after phase. */
import { InputError } from '../errors.js';
import type { Goal } from '../objectives/term.js';
import { type ComputeOptions, engineFor } from './compute/engine.js';
import { passFirst } from './compute/goals.js';
import { forgetEarlier, type OpenPhase, openPhase, type PhaseInput, type Site, type Step } from './compute/phases.js';
import type { Phase } from './phase.js';
import { type DrawingPlan, fastDrawing, outOfMemory } from './plan/drawing-plan.js';
import { DrawingState } from './state.js';

export interface LoopOptions extends Site, ComputeOptions, Pick<PhaseInput, 'tone'> {
  readonly phases: readonly Phase[];
  /** The photo in the network's space, float32[C, H, W], or what it is read by; undefined where nothing is to be drawn after all. */
  readonly photo: Float32Array | Promise<Float32Array | undefined>;
  /** What the medium starts from, where it does so: the photo as `Medium.start` takes it. */
  readonly startPhoto?: Uint8Array | undefined;
  /** How each phase is computed. Left out: as fast as can be. */
  readonly plan?: DrawingPlan | undefined;
  /** The goals that are made together before the first phase. Left out: each before its phase. */
  readonly firstPass?: readonly Goal[] | undefined;
}

/** What an iteration leaves. */
export interface Iteration extends PhaseIteration {
  /** Position of its phase, from 0, and what a person calls it. */
  readonly phase: number;
  readonly layer: string;
  /** Reads the parameters after it; only before the next iteration. */
  readonly readParameters: DrawingState['read'];
}

interface PhaseIteration extends Step {
  /** Position in its phase, from 0. */
  readonly iteration: number;
  /** Milliseconds that it took. */
  readonly ms: number;
}

/**
 * Draws; ends after the last iteration of the last phase.
 * @throws InputError where the loss is not finite (it says at which iteration), and where memory runs out.
 */
export async function* drawingLoop(options: LoopOptions): AsyncGenerator<Iteration, void, void> {
  const { network, medium, height, width, phases, tone, firstPass = [] } = options;
  const site: Site = { network, medium, height, width };
  const engine = engineFor(network, options);
  const plan = options.plan ?? fastDrawing(site, phases, engine.provider);
  const isCounted = plan.some(({ isFrugal }) => isFrugal);
  const state = DrawingState.open(medium, site, engine.provider, options.startPhoto);
  const readParameters = () => state.read();
  let index = 0;
  try {
    const passing = passFirst(site, firstPass, options.photo, engine, plan[0]!);
    const { photo, known } = await nameMemory(passing, phases[0]!);
    if (!photo) return;
    for (const [position, phase] of phases.entries()) {
      const planned = plan[position]!;
      if (position === 0 || !phase.keepOptimizer) state.begin(phase.optimizer);
      forgetEarlier(site, phases.slice(position), isCounted, engine, known);
      const open = () => openPhase(site, phase, planned, state, engine, { photo, known, tone });
      for await (const step of iterations(phase, open, index)) {
        index++;
        yield { ...step, phase: position, layer: phase.label, readParameters };
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
): AsyncGenerator<PhaseIteration, void, void> {
  const { step, release } = await nameMemory(open(), phase);
  try {
    for (let iteration = 0; iteration < phase.iterations; iteration++) {
      const started = performance.now();
      const done = await nameMemory(step(iteration), phase);
      const ms = performance.now() - started;
      if (!Number.isFinite(done.loss))
        throw new InputError(notFinite(done.loss, before + iteration + 1, iteration, phase));
      yield { ...done, iteration, ms };
    }
  } finally {
    await release();
  }
}

/** What is under way, with an error that says what to do where memory runs out. */
async function nameMemory<T>(underWay: Promise<T>, { label }: Phase): Promise<T> {
  try {
    return await underWay;
  } catch (error) {
    throw outOfMemory(error, label) ?? error;
  }
}

function notFinite(loss: number, index: number, iteration: number, { label, iterations }: Phase): string {
  const where = `iteration ${index} (${iteration + 1} of ${iterations} at ${label})`;
  return `the loss became ${loss} at ${where}; a smaller learning rate or other weights may help`;
}
