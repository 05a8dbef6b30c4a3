/** Fitting a drawing into memory: which phases are computed whole, and which in tiles of what size. */
import { evalModel, type ModelSite, tileModel } from '../artifacts/models.js';
import { type Tiling, tilingOf } from '../artifacts/tiles.js';
import { InputError, messageOf } from '../errors.js';
import { type Graph, keepMasks, peakBytes } from '../onnx/index.js';
import { findLayer, gridOf, weightCountThrough } from '../vgg19/layers.js';
import { formatBytes } from './bytes.js';
import { iterationModel } from './iteration.js';
import type { MemoryLimit } from './memory-limit.js';
import type { Preset } from './preset.js';
import { deepestLayer } from './schedule.js';
import type { TiledPlan } from './tiled-phase.js';

/** How each phase is computed, in their order: `undefined` as a whole. */
export type DrawingPlan = readonly (TiledPlan | undefined)[];

/** What a drawing takes beside the values of its graphs, as measured on Linux with onnxruntime-node 1.30. */
const overhead = {
  /** Node.js with ONNX Runtime and what reads photos. */
  process: 170e6,
  /**
   * Times the weights of a phase. Computed by their definition: ONNX Runtime has them as given, flipped and in blocks, and the heap
   * keeps what loading took. In Winograd's form: transformed, which is four times as much.
   */
  training: { exact: 7, winograd: 5 },
  /** The same for a session that computes activations alone, open beside the other. */
  evaluation: 2.5,
  /** Of each pixel: photo, canvas, Adam's averages, gradient, and frames on their way to the video. */
  perPixel: 160,
  /** Of each pixel of the photo as it was read: decoded, and what decoding left. */
  perPhotoPixel: 20,
  /**
   * Times the values of a graph: buffers of different sizes do not fill the arena that they lie in. In Winograd's form, of the graph
   * that it is made from.
   */
  arena: { exact: 1.6, winograd: 1.8 },
};

/** Tiles along one side at most: at 64, halos are most of what is computed. */
const mostTiles = 64;

/**
 * The cheapest way to compute each phase within a limit: as a whole where that fits, else in the tiles that compute the fewest pixels.
 * @param photoPixels how many pixels the photo had before it was made smaller.
 * @param exact whether convolutions are computed by their definition, and not by Winograd's method.
 * @throws InputError where a phase does not fit even in the smallest tiles; it names --memory and --size.
 */
export function planDrawing(
  preset: Preset,
  { width, height, photoPixels = 0 }: { width: number; height: number; photoPixels?: number },
  limit: MemoryLimit,
  exact = false,
): DrawingPlan {
  const weights = 4 * weightCountThrough(deepestLayer(preset));
  const plans = new Map<string, TiledPlan | undefined>();
  const pixels = overhead.perPixel * width * height + overhead.perPhotoPixel * photoPixels;
  const form = exact ? 'exact' : 'winograd';
  const times = overhead.arena[form];
  let loaded = 0;
  let targets = 0;
  return preset.phases.map(({ layer: name }) => {
    const site: ModelSite = { layer: findLayer(name), height, width };
    // The heap keeps what the sessions of earlier phases took.
    loaded = Math.max(loaded, 4 * weightCountThrough(site.layer));
    const fixed = overhead.process + weights + overhead.training[form] * loaded + pixels;
    const key = `${name} ${loaded} ${targets}`;
    if (!plans.has(key)) {
      const whole = times * peakBytes(keepMasks(iterationModel(site)));
      // Garbage of the phase before may not be collected yet; where memory is short it is.
      const isWhole = fixed + targets + whole <= limit.bytes;
      plans.set(key, isWhole ? undefined : planTiles(site, times, [fixed + targets, fixed], limit));
    }
    const plan = plans.get(key);
    targets = plan?.keepTargets ? targetBytes(site, plan.tiling) : 0;
    return plan;
  });
}

/** @param beside what the drawing takes beside the tiles: bytes to plan with, or where nothing fits those that will do. */
function planTiles(site: ModelSite, times: number, beside: [number, number], limit: MemoryLimit): TiledPlan {
  const evaluation = 4 * overhead.evaluation * weightCountThrough(site.layer);
  // They go with the pixels of a tile: counted once, for all sizes of tiles.
  const ofPixel = (graph: Graph): number => (times * peakBytes(keepMasks(graph))) / (site.height * site.width);
  const [ofGradient, ofTarget] = [ofPixel(tileModel(site, site)), ofPixel(evalModel(site))];
  const plans = candidates(site).map(({ tiling, keepTargets }) => {
    const area = tiling.height * tiling.width;
    const targets = keepTargets ? targetBytes(site, tiling) : evaluation + ofTarget * area;
    return { tiling, keepTargets, bytes: targets + ofGradient * area };
  });
  for (const fixed of beside) {
    const plan = plans.find(({ bytes }) => fixed + bytes <= limit.bytes);
    if (plan) return { tiling: plan.tiling, keepTargets: plan.keepTargets };
  }
  throw tooLarge(site, beside[1] + plans.reduce((least, { bytes }) => Math.min(least, bytes), Infinity), limit);
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

/** The photo's activations for all tiles. */
function targetBytes({ layer }: ModelSite, { rows, columns, height, width }: Tiling): number {
  const grid = gridOf(layer);
  const positions = Math.floor(height / grid) * Math.floor(width / grid);
  return 4 * layer.outChannels * positions * rows.length * columns.length;
}

interface Candidate extends TiledPlan {
  /** Pixels that an iteration passes the network with, forth and back. */
  readonly pixels: number;
}

/** Ways to cut a picture, those that compute least first. */
function candidates(site: ModelSite): Candidate[] {
  const counts = Array.from({ length: mostTiles }, (_, i) => i + 1);
  const found = counts.flatMap((rows) => {
    if (!tilingOf(site, rows, 1)) return [];
    return counts.flatMap((columns) => {
      const tiling = tilingOf(site, rows, columns);
      if (!tiling) return [];
      const pixels = rows * columns * tiling.height * tiling.width;
      // The target is a pass forth alone, about half of the work.
      return [
        { tiling, keepTargets: true, pixels },
        { tiling, keepTargets: false, pixels: 1.5 * pixels },
      ];
    });
  });
  return found.sort((a, b) => a.pixels - b.pixels);
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
