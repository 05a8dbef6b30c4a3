/** The drawing itself: iteration after iteration, phase after phase, at one size after another. */
import { InputError } from '../errors.js';
import type { Goal } from '../objectives/term.js';
import { type ComputeOptions, engineAt, engineFor } from './compute/engine.js';
import { passFirst, type StylePicture, styleGoals } from './compute/goals.js';
import { forgetEarlier, type OpenPhase, openPhase, type PhaseInput, type Site, type Step } from './compute/phases.js';
import { type DrawingPlan, fastDrawing, outOfMemory } from './plan/drawing-plan.js';
import { leftOf, type Segment, type Sequence, segmentOf, segmentsOf } from './segments.js';
import { DrawingState, type SavedState } from './state.js';

/** The site is the one where the drawing ends. */
export interface LoopOptions extends Site, Sequence, ComputeOptions, Pick<PhaseInput, 'tone'> {
  /** The photo in the network's space, float32[C, H, W], or what it is read by; undefined where nothing is to be drawn after all. */
  readonly photo: Float32Array | Promise<Float32Array | undefined>;
  /** The pictures that style terms count on, in their order. */
  readonly styles?: readonly StylePicture[] | undefined;
  /** What the medium starts from, where it does so: the photo as `Medium.start` takes it. */
  readonly startPhoto?: Uint8Array | undefined;
  /** How each segment is computed. Left out: as fast as can be. */
  readonly plan?: DrawingPlan | undefined;
  /** The goals that are made together before the first phase, at the first size. Left out: each before its phase. */
  readonly firstPass?: readonly Goal[] | undefined;
  /** What it begins with, where that is not what the medium starts with: parameters at the site's size. */
  readonly start?: SavedState['parameters'] | undefined;
  /** Where a drawing that was interrupted goes on: after so many iterations, 1 or more, with the state that they left. */
  readonly resume?: { readonly iterations: number; readonly state: SavedState } | undefined;
}

/** What an iteration leaves. */
export interface Iteration extends PhaseIteration {
  /** Position of its phase, from 0, and what a person calls it. */
  readonly phase: number;
  readonly layer: string;
  /** The size of its canvas, and of its frame. */
  readonly size: Pick<Site, 'width' | 'height'>;
  /** Reads the parameters after it, taken over to the site where the drawing ends; only before the next iteration. */
  readonly readParameters: () => ReturnType<DrawingState['read']>;
  /** Reads the whole state after it, at the size of its canvas; only before the next iteration. */
  readonly saveState: () => Promise<SavedState>;
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
  const { network, medium, height, width, phases, scales, tone, firstPass = [], styles = [], resume } = options;
  const whole: Site = { network, medium, height, width };
  const engine = engineFor(network, options);
  const plan = options.plan ?? fastDrawing(whole, phases, engine.provider, false, scales);
  const isCounted = plan.some(({ isFrugal }) => isFrugal);
  const segments = segmentsOf(whole, phases, scales);
  const left = leftOf(segments, resume?.iterations ?? 0);
  const state = opened(whole, segments, options, engine);
  const readParameters = () => state.read(whole);
  const saveState = () => state.save();
  let seen: Awaited<ReturnType<typeof passFirst>>;
  const total = phases.reduce((sum, { iterations }) => sum + iterations, 0);
  let inStyle: Awaited<ReturnType<typeof styleGoals>> | undefined;
  let index = resume?.iterations ?? 0;
  let latest: Site | undefined;
  try {
    for (const [i, segment] of left.entries()) {
      if (segment.count === 0) continue;
      const { site, phase, position } = segment;
      const planned = plan[i]!;
      if (site !== latest) {
        // As the first segment at this size makes its goals, also where another one goes on: it draws with the same ones to the bit.
        const first = segments.findIndex((one) => one.site === site);
        const goals = first === 0 ? firstPass : [];
        const at = engineAt(engine, `first pass ${site.width}×${site.height}`);
        seen = await nameMemory(passFirst(site, goals, options.photo, whole, at, plan[first]!), segment);
        await state.resize(site);
        latest = site;
      }
      const { photo, known } = seen!;
      if (!photo) return;
      // Sums over positions, which are the same at every size.
      inStyle ??= await nameMemory(styleGoals(whole, phases, styles, engine), segment);
      for (const [name, goal] of inStyle) known.set(name, goal);
      if (segment.first === 0 && (position === 0 || !phase.keepOptimizer)) state.begin(phase.optimizer);
      forgetEarlier(site, segments.slice(i), isCounted, engine, known);
      const before = index - segment.first;
      const progressAt = (iteration: number) => (before + iteration) / total;
      const at = engineAt(engine, `phase ${position} ${site.width}×${site.height}`);
      const open = () => openPhase(site, phase, planned, state, at, { photo, known, tone, progressAt });
      for await (const step of iterations(segment, open, index)) {
        index++;
        yield { ...step, phase: position, layer: phase.label, size: site, readParameters, saveState };
      }
    }
  } finally {
    await state.release();
  }
}

/** What the first iteration begins with. */
function opened(
  whole: Site,
  segments: readonly Segment[],
  { resume, start, startPhoto }: LoopOptions,
  { provider }: ComputeOptions,
): DrawingState {
  const { medium } = whole;
  if (resume) {
    const { site, phase } = segmentOf(segments, resume.iterations - 1);
    return DrawingState.restore(medium, site, resume.state, phase.optimizer, provider);
  }
  if (start) return DrawingState.begin(medium, whole, start, provider);
  return DrawingState.open(medium, medium.startsFromPhoto ? whole : segments[0]!.site, provider, startPhoto);
}

/** Those of one segment. A generator of its own, because all that a generator has held stays alive until it holds something else. */
async function* iterations(
  segment: Segment,
  open: () => Promise<OpenPhase>,
  before: number,
): AsyncGenerator<PhaseIteration, void, void> {
  const { phase, first, count } = segment;
  const { step, release } = await nameMemory(open(), segment);
  try {
    for (let k = 0; k < count; k++) {
      const iteration = first + k;
      const started = performance.now();
      const done = await nameMemory(step(iteration), segment);
      const ms = performance.now() - started;
      if (!Number.isFinite(done.loss)) throw new InputError(notFinite(done.loss, before + k + 1, iteration, phase));
      yield { ...done, iteration, ms };
    }
  } finally {
    await release();
  }
}

/** What is under way, with an error that says what to do where memory runs out. */
async function nameMemory<T>(underWay: Promise<T>, { phase }: Pick<Segment, 'phase'>): Promise<T> {
  try {
    return await underWay;
  } catch (error) {
    throw outOfMemory(error, phase.label) ?? error;
  }
}

function notFinite(loss: number, index: number, iteration: number, { label, iterations }: Segment['phase']): string {
  const where = `iteration ${index} (${iteration + 1} of ${iterations} at ${label})`;
  return `the loss became ${loss} at ${where}; a smaller learning rate or other weights may help`;
}
