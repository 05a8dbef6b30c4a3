/** Fitting a drawing into memory: how each phase is to be computed. */
import { InputError, messageOf } from '../../errors.js';
import type { Size } from '../../image/picture.js';
import { deepestOf, type Network, type NetworkOutline } from '../../networks/network.js';
import { goalsOf, layersOf } from '../../objectives/objective.js';
import type { Provider } from '../../runtime/provider.js';
import type { Site } from '../compute/graphs.js';
import type { Phase } from '../phase.js';
import { formatBytes } from '../recipe/bytes.js';
import { type MemoryLimit, processBytes } from '../recipe/memory-limit.js';
import { type Segment, type Sequence, segmentsOf } from '../segments.js';
import {
  fastest,
  fastPlan,
  type PhasePlan,
  type Planned,
  plainPlan,
  planFast,
  planSums,
  planTiles,
  planWhole,
  plenty,
} from './phase-plan.js';

/** How each segment of the drawing is computed, in their order: each phase, where there is one size. */
export type DrawingPlan = readonly PhasePlan[];

/** All as fast as can be, where memory does not matter. */
export const fastDrawing = (
  whole: Site,
  phases: readonly Phase[],
  { name }: Provider,
  exact = false,
  scales?: Sequence['scales'],
): DrawingPlan =>
  segmentsOf(whole, phases, scales).map(({ site }) =>
    name === 'cpu' ? fastPlan(site.network, site, exact) : plainPlan,
  );

/** What a drawing takes beside the process and the values of its graphs, as measured on Linux with onnxruntime-node 1.30. */
const overhead = {
  /**
   * Times the weights of a phase. Computed by their definition: ONNX Runtime has them as given, flipped and in blocks, and the heap
   * keeps what loading took. In Winograd's form: transformed, which alone is four times as much.
   */
  training: { exact: 7, winograd: 4.6 },
  /** The same for a session that makes goals alone, open beside the other. */
  evaluation: 2.5,
  /** Of each pixel: photo, canvas, Adam's averages, gradient, frames on their way to the video, and garbage of that kind. */
  perPixel: 160,
  /** Of each pixel of a style picture: its 8-bit values, as they are read and where they are kept, and as floats. */
  perStylePixel: 40,
  /** Of each pixel, after the first phase: what the C library's heap keeps of buffers that were freed between others. */
  leftPerPixel: 100,
  /** Windows and products of Winograd's form, which work in parts: of each pixel, and of a large picture. */
  transforms: { perPixel: 300, most: 80e6 },
};

/** A whole drawing, and how it is to be planned. */
export interface DrawingToPlan extends Sequence {
  /** Where it ends. */
  readonly site: Site;
  /** Bytes that decoding the photo takes at most, and that the heap may keep. Default: 0. */
  readonly decodingBytes?: number;
  /** Whether convolutions are computed by their definition, and not by Winograd's method. */
  readonly exact?: boolean;
}

/**
 * The fastest way to compute each segment within a limit: as a whole where that fits, with values computed again instead of kept, or in tiles.
 * @throws InputError where a phase does not fit even in the smallest tiles; it names memory and size.
 */
export const planDrawing = (drawing: DrawingToPlan, limit: MemoryLimit): DrawingPlan =>
  planSegments(drawing, (planned, label, fixed) => planPhase(planned, label, fixed, limit));

/** The plan of a drawing where all of it is computed as fast as can be within so many bytes; undefined where it is not, which is soon said. */
export function planFastDrawing(drawing: DrawingToPlan, bytes: number): DrawingPlan | undefined {
  const plans = planSegments(drawing, (planned, _, fixed) => planFast(planned, bytes - fixed));
  return plans.every((plan) => plan !== undefined) ? plans : undefined;
}

/** @param plan says of a phase, its name, and bytes that the drawing takes beside it. @returns what it says, for each segment. */
function planSegments<T>(
  { site: whole, phases, scales, decodingBytes = 0, exact = false }: DrawingToPlan,
  plan: (planned: Planned, label: string, fixed: number) => T,
): T[] {
  const { network, width, height } = whole;
  const weights = heldBytes(network, phases);
  const plans = new Map<string, { readonly plan: T }>();
  const area = width * height;
  const form = exact ? 'exact' : 'winograd';
  const transforms = exact ? 0 : Math.min(overhead.transforms.most, overhead.transforms.perPixel * area);
  const segments = segmentsOf(whole, phases, scales);
  const planOf = (segment: Segment): T => {
    const { site, phase, position, scale } = segment;
    // What ONNX Runtime has made of weights the heap keeps. Transformed kernels are ours, and go when no phase needs them any more.
    const loaded = weightBytes(network, exact ? phases.slice(0, position + 1) : [phase]);
    // Those of the whole size at any scale: that of the photo and of frames is there.
    const pixels = (overhead.perPixel + (segment === segments[0] ? 0 : overhead.leftPerPixel)) * area + decodingBytes;
    const fixed = processBytes + weights + overhead.training[form] * loaded + pixels + transforms;
    const planned: Planned = { site, phase, exact };
    const looksAt = phase.objective.terms.map(({ name, layers }) => `${name} ${layers}`);
    const key = [phase.label, ...looksAt, scale, fixed].join();
    const known = plans.get(key) ?? { plan: plan(planned, phase.label, fixed) };
    plans.set(key, known);
    return known.plan;
  };
  // The largest first: where it does not fit, that is what the person has to know.
  for (const segment of segments.toSorted((a, b) => b.scale - a.scale)) planOf(segment);
  return segments.map(planOf);
}

/**
 * How the goals of each style picture are made within a limit, before the first phase.
 * @param styles the pictures' sizes, in their order.
 * @throws InputError where they don't fit even in the smallest tiles; it names the style picture's size.
 */
export function planStyles(
  { site, phases, decodingBytes = 0, exact = false }: DrawingToPlan,
  styles: readonly Size[],
  limit: MemoryLimit,
): PhasePlan[] {
  const weights = heldBytes(site.network, phases) + overhead.evaluation * weightBytes(site.network, phases);
  const pixels = overhead.perPixel * site.height * site.width;
  const stylePixels = styles.reduce((sum, { height, width }) => sum + overhead.perStylePixel * height * width, 0);
  const fixed = processBytes + weights + pixels + stylePixels + decodingBytes;
  const goals = goalsOf({ terms: phases.flatMap(({ objective }) => objective.terms) });
  return styles.map(({ height, width }, position) => {
    const own = goals.filter(({ style }) => style === position);
    const plan = planSums({ ...site, height, width }, own, exact, limit.bytes - fixed);
    if (plan) return plan;
    const had = `${formatBytes(limit.bytes)} ${limit.isGiven ? 'may be used' : 'are free'}`;
    throw new InputError(
      `a style picture of ${width}×${height} pixels does not fit into memory, of which ${had}; make it smaller`,
      { field: 'styleSize' },
    );
  });
}

/** The share of the memory that sessions may take which stay open for another drawing. */
const keptShare = 1 / 4;

/**
 * Whether all sessions of a drawing may stay open side by side, for the next one of its kind.
 * @param styles sizes of its style pictures.
 * @param plans of its segments and of those pictures.
 */
export function hasRoomToKeep(
  { site: whole, phases, scales }: DrawingToPlan,
  styles: readonly Size[],
  plans: readonly PhasePlan[],
  { bytes }: MemoryLimit,
): boolean {
  if (plans.some(({ isFrugal = false }) => isFrugal)) return false;
  const segments = segmentsOf(whole, phases, scales);
  const looked = styles.map((size) => plenty({ ...whole, ...size }, 1));
  // One for its iterations, one for its goals.
  const drawn = segments.map(({ site, phase: { objective } }) => plenty(site, layersOf(objective).length + 1));
  const kernels = overhead.training.winograd * weightBytes(whole.network, phases);
  return [...looked, ...drawn].reduce((sum, taken) => sum + taken, kernels) <= keptShare * bytes;
}

/** Of the weights that are in memory: those that the phases' layers take, and of a network from a file all. */
const heldBytes = (network: Network, phases: readonly Pick<Phase, 'objective'>[]): number =>
  Math.max(
    weightBytes(network, phases),
    network.externalData.reduce((sum, { data }) => sum + data.byteLength, 0),
  );

/** Of the weights that the phases' layers take. */
function weightBytes(network: NetworkOutline, phases: readonly Pick<Phase, 'objective'>[]): number {
  const layers = phases.flatMap(({ objective }) => layersOf(objective));
  return layers.length === 0 ? 0 : network.weightBytes(deepestOf(network, layers));
}

/** @param fixed bytes that the drawing takes beside the phase. */
function planPhase(planned: Planned, label: string, fixed: number, limit: MemoryLimit): PhasePlan {
  const room = limit.bytes - fixed;
  const fast = planFast(planned, room);
  if (fast) return fast;
  const tiles = planTiles(planned, room, overhead.evaluation * weightBytes(planned.site.network, [planned.phase]));
  const best = fastest([planWhole(planned, room), tiles.best].filter((candidate) => candidate !== undefined));
  if (best) return best.plan;
  throw tooLarge(planned.site, label, fixed + tiles.least, limit);
}

function tooLarge({ height, width }: Site, label: string, least: number, { bytes, isGiven }: MemoryLimit): InputError {
  const had = isGiven ? `${formatBytes(bytes)} may be used` : `${formatBytes(bytes)} are free`;
  const mend = isGiven
    ? 'give more memory or a smaller size, or a preset with shallower layers'
    : 'give a smaller size, a preset with shallower layers, or say with the option memory how much to use all the same';
  return new InputError(
    `${label} at ${width}×${height} pixels takes ${formatBytes(least)} of memory at the least, and ${had}; ${mend}`,
  );
}

/**
 * What to tell the person where ONNX Runtime or JavaScript found no memory for what a phase needs; undefined for any other error.
 */
export function outOfMemory(error: unknown, layer: string): InputError | undefined {
  const message = messageOf(error);
  if (!/bad_alloc|failed to allocate memory|allocation failed|out of memory|bad allocation/i.test(message))
    return undefined;
  return new InputError(
    `memory ran out at ${layer}; give the option memory less than the machine has free (2G, for instance), or a smaller size`,
  );
}
