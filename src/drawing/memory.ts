/** Fitting a drawing into memory: how each phase is to be computed. */
import type { ModelSite } from '../artifacts/models.js';
import { InputError, messageOf } from '../errors.js';
import type { Size } from '../image/picture.js';
import { findLayer, weightCountThrough } from '../vgg19/layers.js';
import { formatBytes } from './bytes.js';
import type { MemoryLimit } from './memory-limit.js';
import { fastest, type PhasePlan, planFast, planTiles, planWhole } from './phase-plan.js';
import type { Preset } from './preset.js';
import { deepestLayer } from './schedule.js';

/** How each phase is computed, in their order. */
export type DrawingPlan = readonly PhasePlan[];

/** What the process takes in any case, as measured: Node.js with ONNX Runtime and libvips, 150 MB, and the nodes of two sessions. */
export const processBytes = 190e6;

/** What a drawing takes beside that and the values of its graphs, as measured on Linux with onnxruntime-node 1.30. */
const overhead = {
  /**
   * Times the weights of a phase. Computed by their definition: ONNX Runtime has them as given, flipped and in blocks, and the heap
   * keeps what loading took. In Winograd's form: transformed, which alone is four times as much.
   */
  training: { exact: 7, winograd: 4.6 },
  /** The same for a session that computes activations alone, open beside the other. */
  evaluation: 2.5,
  /** Of each pixel: photo, canvas, Adam's averages, gradient, frames on their way to the video, and garbage of that kind. */
  perPixel: 160,
  /** Of each pixel, after the first phase: what the C library's heap keeps of buffers that were freed between others. */
  leftPerPixel: 100,
  /** Windows and products of Winograd's form, which work in parts: of each pixel, and of a large picture. */
  transforms: { perPixel: 300, most: 80e6 },
};

/** A drawing's size in pixels, and what reading its photo takes. */
export interface PlannedSize extends Size {
  /** Bytes that decoding the photo takes at most, and that the heap may keep. Default: 0. */
  readonly decodingBytes?: number;
}

/**
 * The fastest way to compute each phase within a limit: as a whole where that fits, with values computed again instead of kept, or in tiles.
 * @param exact whether convolutions are computed by their definition, and not by Winograd's method.
 * @throws InputError where a phase does not fit even in the smallest tiles; it names --memory and --size.
 */
export function planDrawing(
  preset: Preset,
  { width, height, decodingBytes = 0 }: PlannedSize,
  limit: MemoryLimit,
  exact = false,
): DrawingPlan {
  const weights = 4 * weightCountThrough(deepestLayer(preset));
  const plans = new Map<string, PhasePlan>();
  const area = width * height;
  const form = exact ? 'exact' : 'winograd';
  const transforms = exact ? 0 : Math.min(overhead.transforms.most, overhead.transforms.perPixel * area);
  let loaded = 0;
  return preset.phases.map(({ layer: name }, position) => {
    const site: ModelSite = { layer: findLayer(name), height, width };
    const needed = 4 * weightCountThrough(site.layer);
    // What ONNX Runtime has made of weights the heap keeps. Transformed kernels are ours, and go when no phase needs them any more.
    loaded = exact ? Math.max(loaded, needed) : needed;
    const pixels = (overhead.perPixel + (position > 0 ? overhead.leftPerPixel : 0)) * area + decodingBytes;
    const fixed = processBytes + weights + overhead.training[form] * loaded + pixels + transforms;
    const key = `${name} ${fixed}`;
    const plan = plans.get(key) ?? planPhase(site, fixed, limit);
    plans.set(key, plan);
    return plan;
  });
}

/** @param fixed bytes that the drawing takes beside the phase. */
function planPhase(site: ModelSite, fixed: number, limit: MemoryLimit): PhasePlan {
  const room = limit.bytes - fixed;
  const fast = planFast(site, room);
  if (fast) return fast;
  const tiles = planTiles(site, room, 4 * overhead.evaluation * weightCountThrough(site.layer));
  const best = fastest([planWhole(site, room), tiles.best].filter((candidate) => candidate !== undefined));
  if (best) return best.plan;
  throw tooLarge(site, fixed + tiles.least, limit);
}

function tooLarge({ layer, height, width }: ModelSite, least: number, { bytes, isGiven }: MemoryLimit): InputError {
  const had = isGiven ? `--memory is ${formatBytes(bytes)}` : `${formatBytes(bytes)} are free`;
  const mend = isGiven
    ? 'give a larger --memory or a smaller --size, or a preset with shallower layers'
    : 'give a smaller --size, a preset with shallower layers, or with --memory how much to use all the same';
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
    `memory ran out at ${layer}; give --memory with less than the machine has free (--memory 2G, for instance), or a smaller --size`,
  );
}
