/** Fitting a drawing into memory: how each phase is to be computed. */
import type { ModelSite } from '../artifacts/models.js';
import { InputError, messageOf } from '../errors.js';
import { findLayer, weightCountThrough } from '../vgg19/layers.js';
import { formatBytes } from './bytes.js';
import type { MemoryLimit } from './memory-limit.js';
import { fastest, type PhasePlan, planFast, planTiles, planWhole, targetBytes } from './phase-plan.js';
import type { Preset } from './preset.js';
import { deepestLayer } from './schedule.js';

/** How each phase is computed, in their order. */
export type DrawingPlan = readonly PhasePlan[];

/** What a drawing takes beside the values of its graphs, as measured on Linux with onnxruntime-node 1.30. */
const overhead = {
  /** Node.js with ONNX Runtime and what reads photos. */
  process: 190e6,
  /**
   * Times the weights of a phase. Computed by their definition: ONNX Runtime has them as given, flipped and in blocks, and the heap
   * keeps what loading took. In Winograd's form: transformed, which alone is four times as much.
   */
  training: { exact: 7, winograd: 4.6 },
  /** The same for a session that computes activations alone, open beside the other. */
  evaluation: 2.5,
  /** Of each pixel: photo, canvas, Adam's averages, gradient, and frames on their way to the video. */
  perPixel: 160,
  /** Of each pixel of the photo as it was read: decoded, and what decoding left. */
  perPhotoPixel: 20,
  /** Windows and products of Winograd's form, which work in parts: of each pixel, and of a large picture. */
  transforms: { perPixel: 300, most: 80e6 },
};

/**
 * The fastest way to compute each phase within a limit: as a whole where that fits, with values computed again instead of kept, or in tiles.
 * @param photoPixels how many pixels the photo had before it was made smaller.
 * @param exact whether convolutions are computed by their definition, and not by Winograd's method.
 * @throws InputError where a phase does not fit even in the smallest tiles; it names memory and size.
 */
export function planDrawing(
  preset: Preset,
  { width, height, photoPixels = 0 }: { width: number; height: number; photoPixels?: number },
  limit: MemoryLimit,
  exact = false,
): DrawingPlan {
  const weights = 4 * weightCountThrough(deepestLayer(preset));
  const plans = new Map<string, PhasePlan>();
  const pixels = overhead.perPixel * width * height + overhead.perPhotoPixel * photoPixels;
  const form = exact ? 'exact' : 'winograd';
  const transforms = exact ? 0 : Math.min(overhead.transforms.most, overhead.transforms.perPixel * width * height);
  let loaded = 0;
  let targets = 0;
  return preset.phases.map(({ layer: name }) => {
    const site: ModelSite = { layer: findLayer(name), height, width };
    // The heap keeps what the sessions of earlier phases took.
    loaded = Math.max(loaded, 4 * weightCountThrough(site.layer));
    const fixed = overhead.process + weights + overhead.training[form] * loaded + pixels + transforms;
    const key = `${name} ${loaded} ${targets}`;
    const plan = plans.get(key) ?? planPhase(site, [fixed + targets, fixed], limit);
    plans.set(key, plan);
    targets = plan.tiled?.keepTargets ? targetBytes(site, plan.tiled.tiling) : 0;
    return plan;
  });
}

/**
 * @param beside what the drawing takes beside the phase: bytes to plan with, and where nothing fits those that will do. Garbage of
 *   the phase before may not be collected yet; where memory is short it is.
 */
function planPhase(site: ModelSite, beside: [number, number], limit: MemoryLimit): PhasePlan {
  const evaluation = 4 * overhead.evaluation * weightCountThrough(site.layer);
  let least = Number.POSITIVE_INFINITY;
  for (const fixed of beside) {
    const room = limit.bytes - fixed;
    const fast = planFast(site, room);
    if (fast) return fast;
    const tiles = planTiles(site, room, evaluation);
    const best = fastest([planWhole(site, room), tiles.best].filter((candidate) => candidate !== undefined));
    if (best) return best.plan;
    least = fixed + tiles.least;
  }
  throw tooLarge(site, least, limit);
}

function tooLarge({ layer, height, width }: ModelSite, least: number, { bytes, isGiven }: MemoryLimit): InputError {
  const had = isGiven ? `${formatBytes(bytes)} may be used` : `${formatBytes(bytes)} are free`;
  const mend = isGiven
    ? 'give more memory or a smaller size, or a preset with shallower layers'
    : 'give a smaller size, a preset with shallower layers, or say with the option memory how much to use all the same';
  return new InputError(
    `${layer.name} at ${width}×${height} pixels takes ${formatBytes(least)} of memory at the least, and ${had}; ${mend}`,
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
