/** Computes recorded iterations once more, each from where it was recorded to begin: so errors of one do not reach the next. */
import type { Checkpoint } from '../drawing/checkpoint.js';
import { draw } from '../drawing/draw.js';
import type { Drawing, Frame } from '../drawing/frame.js';
import type { DrawOptions } from '../drawing/recipe/options.js';
import { InputError } from '../errors.js';
import type { Golden, Moment } from './golden-file.js';

/** Style pictures and the network of a file have to be given again: the file has digests of them alone. */
export type ReplayOptions = Pick<
  DrawOptions,
  'weights' | 'network' | 'preprocess' | 'style' | 'provider' | 'threads' | 'memory' | 'signal'
>;

/** How far an iteration is from the one that was recorded: each the length of the difference over the length of what was recorded. */
export interface Distance {
  /** The iteration, from 1. */
  readonly iteration: number;
  /** The layer that its phase looks at. */
  readonly layer: string;
  /** Of the canvas' loss. */
  readonly loss: number;
  /** Of the parameters' gradient, as the optimizer keeps it. */
  readonly gradient: number;
  /** The share of the gradient's values that are further away than the tolerance, in parts of their root mean square. */
  readonly parted: number;
  /** Of the step that the canvas makes. */
  readonly step: number;
}

/**
 * How much of a gradient may part. Where an activation is zero but for rounding, or two in a window of a max-pool are equal, rounding
 * decides which way the gradient goes, and moves what that activation sees: on WebGPU 2 to 3 % of the values of a canvas of 16×16, by 0.02
 * of the whole gradient, while the others are within 3e-6. What is wrong moves all of it, or more.
 */
const mostParted = 0.1;

/** Whether an iteration is the one that was recorded, but for rounding. What is no number is not. */
export const isWithin = ({ loss, gradient, parted, step }: Distance, tolerance: number): boolean =>
  loss <= tolerance && parted <= mostParted && gradient <= mostParted && !Number.isNaN(step);

/**
 * Yields each moment's distance as it is known.
 * @param tolerance above which values of a gradient count as parted, 1e-3 for instance.
 * @throws InputError as `draw`: where weights are others than those that were recorded, for instance.
 */
export async function* replay(
  { photo, moments }: Golden,
  tolerance: number,
  options: ReplayOptions = {},
): AsyncGenerator<{ readonly distance: Distance; readonly provider: string }, void, void> {
  const isNamed = moments[0]!.before.recipe.weights !== undefined;
  if (!isNamed && options.network === undefined && options.weights === undefined)
    throw new InputError('it was recorded with the network of a file; name that', { field: 'network' });
  for (const moment of moments) {
    const { frame, checkpoint, canvas } = await iterationAfter(moment, photo, options);
    const [recorded, computed] = [moment.after, checkpoint].map((after) =>
      gradientOf(frame.drawing, moment.before, after),
    ) as [Float64Array, Float64Array];
    const [from, to] = moment.canvases;
    const distance = {
      iteration: moment.after.iterations,
      layer: frame.iteration!.layer,
      loss: Math.abs(frame.iteration!.loss - moment.loss) / (Math.abs(moment.loss) || 1),
      gradient: relative(recorded, computed),
      parted: partedOf(recorded, computed, tolerance),
      step: relative(
        to.map((value, i) => value - from[i]!),
        canvas.map((value, i) => value - from[i]!),
      ),
    };
    yield { distance, provider: frame.drawing.provider };
  }
}

async function iterationAfter(
  { before }: Moment,
  photo: Golden['photo'],
  options: ReplayOptions,
): Promise<{ frame: Frame; checkpoint: Checkpoint; canvas: Float32Array }> {
  for await (const frame of draw(photo, { ...options, resume: before, canvases: true, checkpoints: 0 })) {
    const { iteration, checkpoint, canvas } = frame;
    if (iteration && checkpoint && canvas) return { frame, checkpoint, canvas };
  }
  throw new Error('the drawing has ended before its iteration');
}

/**
 * The gradient of all parameters, out of what the optimizer keeps: L-BFGS the last one itself; Adam m ← β₁m + (1−β₁)g, whence g, with the
 * rounding of m.
 */
function gradientOf({ preset }: Pick<Drawing, 'preset'>, before: Checkpoint, after: Checkpoint): Float64Array {
  const { beta1 } = preset.adam;
  const isFirst = after.state.steps === 1;
  const named = preset.optimizer === 'lbfgs' ? /^last_gradient\b/ : /^exp_avg(?: of|$)/;
  const parts = Object.entries(after.state.slots)
    .filter(([name]) => named.test(name))
    .map(([name, { values }]) => {
      if (preset.optimizer === 'lbfgs') return values;
      const earlier = isFirst ? undefined : before.state.slots[name]?.values;
      return Float64Array.from(values, (value, i) => (value - beta1 * (earlier?.[i] ?? 0)) / (1 - beta1));
    });
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

/** ‖other − one‖ ÷ ‖one‖; where `one` is zero, 0 or infinity. */
function relative(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [apart, length] = [0, 0];
  for (let i = 0; i < one.length; i++) {
    apart += (other[i]! - one[i]!) ** 2;
    length += one[i]! ** 2;
  }
  return apart === 0 ? 0 : Math.sqrt(apart / length);
}

function partedOf(one: Float64Array, other: Float64Array, tolerance: number): number {
  const most = tolerance * Math.sqrt(one.reduce((sum, value) => sum + value * value, 0) / one.length);
  return one.reduce((count, value, i) => (Math.abs(other[i]! - value) <= most ? count : count + 1), 0) / one.length;
}
