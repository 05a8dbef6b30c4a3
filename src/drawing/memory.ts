/** Fitting a drawing into memory: which phases are computed whole, and which in tiles of what size. */
import { type ModelSite, tileModel } from '../artifacts/models.js';
import { type Tiling, tilingOf } from '../artifacts/tiles.js';
import { InputError, messageOf } from '../errors.js';
import { peakBytes } from '../onnx/index.js';
import { findLayer, gridOf, weightCountThrough } from '../vgg19/layers.js';
import { iterationModel } from './iteration.js';
import { formatBytes, type MemoryLimit } from './memory-limit.js';
import type { Preset } from './preset.js';
import { deepestLayer } from './schedule.js';
import type { TiledPlan } from './tiled-phase.js';

/** How each phase is computed, in their order: `undefined` as a whole. */
export type DrawingPlan = readonly (TiledPlan | undefined)[];

/**
 * What a drawing takes beside the values of its graphs, as measured on Linux with onnxruntime-node 1.30.
 */
const overhead = {
  /** Node.js with ONNX Runtime and what reads photos. */
  process: 140e6,
  /** Of the weights of a phase's layers: ONNX Runtime has them as given, flipped and in blocks, and its heap keeps what loading took. */
  weights: 7,
  /** Of each pixel: photo, canvas, Adam's averages, gradient, and frames on their way to the video. */
  perPixel: 112,
  /** Of the values of a graph: buffers of different sizes do not fill the arena that they lie in. */
  arena: 1.4,
};

/** Tiles along one side at most: at 64, halos are most of what is computed. */
const mostTiles = 64;

/**
 * The cheapest way to compute each phase within a limit: as a whole where that fits, else in the tiles that compute the fewest pixels.
 * @throws InputError where a phase does not fit even in the smallest tiles; it names --memory and --size.
 */
export function planDrawing(preset: Preset, width: number, height: number, limit: MemoryLimit): DrawingPlan {
  const weights = 4 * weightCountThrough(deepestLayer(preset));
  const plans = new Map<string, TiledPlan | undefined>();
  for (const { layer: name } of preset.phases) {
    if (plans.has(name)) continue;
    const site: ModelSite = { layer: findLayer(name), height, width };
    const copies = 4 * overhead.weights * weightCountThrough(site.layer);
    const fixed = overhead.process + weights + copies + overhead.perPixel * width * height;
    const whole = overhead.arena * peakBytes(iterationModel(site));
    plans.set(name, fixed + whole <= limit.bytes ? undefined : planTiles(site, fixed, limit));
  }
  return preset.phases.map(({ layer }) => plans.get(layer));
}

function planTiles(site: ModelSite, fixed: number, limit: MemoryLimit): TiledPlan {
  const bytesOf = ({ height, width }: Tiling): number =>
    overhead.arena * peakBytes(tileModel({ ...site, height, width }, site));
  let least = Number.POSITIVE_INFINITY;
  // Those that compute the fewest pixels first. Bytes go with the pixels of a tile: counted once, to look only at what may fit.
  let perPixel: number | undefined;
  for (const { tiling, computed } of tilings(site)) {
    const area = tiling.height * tiling.width;
    perPixel ??= bytesOf(tiling) / area;
    least = Math.min(least, fixed + perPixel * area);
    if (fixed + 0.9 * perPixel * area > limit.bytes) continue;
    const needed = fixed + bytesOf(tiling);
    const targets = (computed * 4 * site.layer.outChannels) / gridOf(site.layer) ** 2;
    if (needed <= limit.bytes) return { tiling, keepTargets: needed + targets <= limit.bytes };
  }
  const { layer, height, width } = site;
  throw new InputError(
    `${layer.name} at ${width}×${height} pixels takes ${formatBytes(least)} of memory at the least, and ` +
      `${limit.isGiven ? `--memory is ${formatBytes(limit.bytes)}` : `${formatBytes(limit.bytes)} are free`}; ` +
      `give a ${limit.isGiven ? 'larger --memory or a ' : ''}smaller --size, or a preset with shallower layers` +
      (limit.isGiven ? '' : ' (--memory says how much to use instead of what is free)'),
  );
}

/** Ways to cut a picture, with the pixels that all tiles have together: the fewest first. */
function tilings(site: ModelSite): { tiling: Tiling; computed: number }[] {
  const counts = Array.from({ length: mostTiles }, (_, i) => i + 1);
  const found = counts.flatMap((rows) => {
    if (!tilingOf(site, rows, 1)) return [];
    return counts.flatMap((columns) => {
      const tiling = tilingOf(site, rows, columns);
      return tiling ? [{ tiling, computed: rows * columns * tiling.height * tiling.width }] : [];
    });
  });
  return found.sort((a, b) => a.computed - b.computed);
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
