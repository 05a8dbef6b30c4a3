/** Ways to compute a phase, and the fastest of those that fit into so much memory. */
import { type Bands, evalModel, type ModelSite, tileModel } from '../artifacts/models.js';
import { type Tiling, tilingOf } from '../artifacts/tiles.js';
import { countFlops, type Graph, keepMasks, peakBytes, recomputeWithin } from '../onnx/index.js';
import { activationCount, layers } from '../vgg19/layers.js';
import { fastBands, haveRows, smallBands } from './bands.js';
import { iterationModel } from './iteration.js';

type Size = Pick<ModelSite, 'height' | 'width'>;

/** How the iterations of a phase are computed. */
export interface PhasePlan {
  readonly bands: Bands | undefined;
  /** Bytes that the values of a graph may take, see `recomputeWithin`. Infinity where nothing need be computed again. */
  readonly budget: number;
  /** Whether memory was counted, so that what is faster in more than was counted is left alone. */
  readonly isFrugal?: boolean;
  /** Left out: the picture as a whole. */
  readonly tiled?: TiledPlan;
}

/** How a picture is cut into tiles. */
export interface TiledPlan {
  readonly tiling: Tiling;
  /** Whether the photo's activations are kept for all tiles; if not, they are computed again for each tile of each iteration. */
  readonly keepTargets: boolean;
}

/** The plan where memory does not matter. */
export const fastPlan = (size: Size): PhasePlan => ({
  bands: fastBands(size),
  budget: Number.POSITIVE_INFINITY,
});

/** Whether a plan is the fastest there is. */
export const isFast = ({ budget, tiled }: PhasePlan): boolean => budget === Number.POSITIVE_INFINITY && !tiled;

/** A graph with the output `loss` and its gradient, of whose values some are computed again. */
export const withinBudget = (graph: Graph, { budget }: PhasePlan): Graph => recomputeWithin(graph, 'loss', budget);

/**
 * What ONNX Runtime takes for a graph, as measured on Linux with 1.30: buffers of different sizes do not fill the arena that they lie
 * in. So many times the bytes of its values, and bytes for each pixel.
 */
const arena = { times: 1.4, perPixel: 100 };

/** Tiles along one side at most: at 64, halos are most of what is computed. */
const mostTiles = 64;

/** A plan, and how fast it is: floating-point operations of an iteration. */
interface Candidate {
  readonly plan: PhasePlan;
  readonly flops: number;
}

/** The fast plan where the values of its graph take no more than `room` bytes. */
export function planFast(site: ModelSite, room: number): PhasePlan | undefined {
  const plan = fastPlan(site);
  if (room >= plenty(site)) return plan;
  return bytesOf(planned(site, plan), site) <= room ? { ...plan, isFrugal: true } : undefined;
}

/** More bytes than any layer takes, so that most drawings need no counting. */
const plenty = ({ height, width }: Size): number => 7 * 4 * layers[0]!.outChannels * height * width;

/** The picture as a whole: in bands, and with as much computed again as has to be. */
export function planWhole(site: ModelSite, room: number): Candidate | undefined {
  const budget = (room - arena.perPixel * site.height * site.width) / arena.times;
  const plans = [fastBands(site), ...smallBands(site)].map((bands) => ({ bands, budget, isFrugal: true }));
  const fitting = plans.flatMap((plan) => {
    const graph = planned(site, plan);
    return bytesOf(graph, site) <= room ? [{ plan, flops: countFlops(graph) }] : [];
  });
  return fastest(fitting);
}

/**
 * The picture in tiles.
 * @param room bytes for a tile's graph, and for the photo's activations.
 * @param evaluation bytes that computing these takes beside their graph, where they are not kept.
 * @returns the fastest plan that fits, and the bytes of the one that takes least.
 */
export function planTiles(site: ModelSite, room: number, evaluation: number) {
  const area = site.height * site.width;
  // What a tile takes goes with its pixels: counted once, for all sizes of tiles.
  const ofPixel = (graph: Graph) => ({ bytes: bytesOf(graph, site) / area, flops: countFlops(graph) / area });
  const forms = [fastBands(site), ...smallBands(site)].flatMap((bands) => {
    const target = ofPixel(evalModel({ ...site, bands }));
    const tile = tileModel({ ...site, bands }, site);
    return [Number.POSITIVE_INFINITY, 0].map((budget) => {
      const plan = { bands, budget, isFrugal: true };
      return { plan, target, gradient: ofPixel(withinBudget(tile, plan)) };
    });
  });
  let best: Candidate | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const tiling of tilings(site)) {
    const tile = tiling.height * tiling.width;
    const tiles = tiling.rows.length * tiling.columns.length;
    for (const { plan, target, gradient } of forms) {
      if (plan.bands && !haveRows(plan.bands, tiling)) continue;
      for (const keepTargets of [true, false]) {
        const targets = keepTargets ? targetBytes(site, tiling) : evaluation + target.bytes * tile;
        const bytes = targets + gradient.bytes * tile;
        least = Math.min(least, bytes);
        const flops = tiles * tile * (gradient.flops + (keepTargets ? 0 : target.flops));
        if (bytes > room || (best && best.flops <= flops)) continue;
        best = { plan: { ...plan, tiled: { tiling, keepTargets } }, flops };
      }
    }
  }
  return { best, least };
}

/** The photo's activations for all tiles. */
const targetBytes = ({ layer }: ModelSite, tiling: Tiling): number =>
  4 * activationCount(layer, tiling) * tiling.rows.length * tiling.columns.length;

export const fastest = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>(
    (best, other) => (best && best.flops <= other.flops ? best : other),
    undefined,
  );

const planned = (site: ModelSite, plan: PhasePlan): Graph =>
  withinBudget(iterationModel({ ...site, bands: plan.bands }), plan);

/** What running a graph takes. */
const bytesOf = (graph: Graph, { height, width }: Size): number =>
  arena.times * peakBytes(keepMasks(graph)) + arena.perPixel * height * width;

function tilings(site: ModelSite): Tiling[] {
  const counts = Array.from({ length: mostTiles }, (_, i) => i + 1);
  return counts.flatMap((rows) =>
    // Columns are cut alike, so a number of rows that is of no use spares looking at the columns.
    tilingOf(site, rows, 1) ? counts.flatMap((columns) => tilingOf(site, rows, columns) ?? []) : [],
  );
}
