/** Ways to compute a phase, and the fastest of those that fit into so much memory. */
import type { Size } from '../../image/picture.js';
import { isApart } from '../../media/medium.js';
import { activationCount, type NetworkOutline } from '../../networks/network.js';
import { goalsOf, isAdditive } from '../../objectives/objective.js';
import { countFlops, type Graph, keepMasks, peakBytes, recomputeWithin } from '../../onnx/index.js';
import { canvasGradientGraph, goalsGraph, iterationGraph, type Site, tileGraph } from '../compute/graphs.js';
import type { Phase } from '../phase.js';
import { type Bands, fastBands, haveRows, smallBands } from './bands.js';
import { reachOf, type Tiling, tilingOf } from './tiles.js';

/** How the iterations of a phase are computed. */
export interface PhasePlan {
  readonly bands: Bands | undefined;
  /**
   * Bytes that the values of a graph may take, see `recomputeWithin`. Infinity: only what is as soon computed again is; undefined: nothing
   * is computed again.
   */
  readonly budget: number | undefined;
  /** Whether convolutions may be computed by Winograd's method. */
  readonly winograd: boolean;
  /** Whether memory was counted, so that what is faster in more than was counted is left alone. */
  readonly isFrugal?: boolean;
  /** Left out: the picture as a whole. */
  readonly tiles?: TiledPlan;
}

/** How a picture is cut into tiles. */
export interface TiledPlan {
  readonly tiling: Tiling;
  /** Whether the photo's goals are kept for all tiles; if not, they are made again for each tile of each iteration. */
  readonly keepGoals: boolean;
}

/** The graph as it is, for providers other than the CPU: they have their own ways. */
export const plainPlan: PhasePlan = { bands: undefined, budget: undefined, winograd: false };

/** The plan for the CPU where memory does not matter. */
export const fastPlan = (network: NetworkOutline, size: Size, exact = false): PhasePlan => ({
  bands: fastBands(network, size),
  budget: Number.POSITIVE_INFINITY,
  winograd: !exact,
});

/** Whether a plan is the fastest there is. */
export const isFast = ({ budget, tiles }: PhasePlan): boolean => budget === Number.POSITIVE_INFINITY && !tiles;

/** A graph with the output `loss` and its gradient, of whose values some are computed again. */
export const withinBudget = (graph: Graph, { budget }: PhasePlan): Graph =>
  budget === undefined ? graph : recomputeWithin(graph, 'loss', budget);

/**
 * What ONNX Runtime takes for a graph, as measured on Linux with 1.30: buffers of different sizes do not fill the arena that they lie
 * in. So many times the bytes of its values, and bytes for each pixel.
 */
const arena = { times: 1.4, perPixel: 100 };

/** Tiles along one side at most: at 64, halos are most of what is computed. */
const mostTiles = 64;

/** What is planned: a phase, where it is drawn, and whether convolutions are computed by their definition. */
export interface Planned {
  readonly site: Site;
  readonly phase: Pick<Phase, 'objective' | 'optimizer'>;
  readonly exact: boolean;
}

/** A plan, and how fast it is: floating-point operations of an iteration. */
interface Candidate {
  readonly plan: PhasePlan;
  readonly flops: number;
}

/** The fast plan where the values of its graph take no more than `room` bytes. */
export function planFast(planned: Planned, room: number): PhasePlan | undefined {
  const { site, exact } = planned;
  const plan = fastPlan(site.network, site, exact);
  if (room >= plenty(site)) return plan;
  return bytesOf(graphOf(planned, plan), site) <= room ? { ...plan, isFrugal: true } : undefined;
}

/** More bytes than any layer takes, so that most drawings need no counting. */
const plenty = ({ network, ...size }: Site): number => 7 * 4 * activationCount(network, network.layers[0]!, size);

const frugalPlan = ({ exact }: Planned, bands: Bands | undefined, budget: number): PhasePlan => ({
  bands,
  budget,
  winograd: !exact,
  isFrugal: true,
});

/** The picture as a whole: in bands, and with as much computed again as has to be. */
export function planWhole(planned: Planned, room: number): Candidate | undefined {
  const { site } = planned;
  const budget = (room - arena.perPixel * site.height * site.width) / arena.times;
  const plans = waysOfBands(site).map((bands) => frugalPlan(planned, bands, budget));
  const fitting = plans.flatMap((plan) => {
    const graph = graphOf(planned, plan);
    return bytesOf(graph, site) <= room ? [{ plan, flops: countFlops(graph) }] : [];
  });
  return fastest(fitting);
}

const waysOfBands = (site: Site): (Bands | undefined)[] => [fastBands(site.network, site), ...smallBands(site)];

/**
 * The picture in tiles.
 * @param room bytes for a tile's graph, and for the photo's goals.
 * @param evaluation bytes that making these takes beside their graph, where they are not kept.
 * @returns the fastest plan that fits, and the bytes of the one that takes least.
 */
export function planTiles(planned: Planned, room: number, evaluation: number) {
  const { site, phase } = planned;
  const area = site.height * site.width;
  // What a tile takes goes with its pixels: counted once, for all sizes of tiles.
  const ofPixel = (graph: Graph) => ({ bytes: bytesOf(graph, site) / area, flops: countFlops(graph) / area });
  const forms = waysOfBands(site).flatMap((bands) => {
    const goals = ofPixel(goalsGraph(site, goalsOf(phase.objective), { bands }));
    const tile = tileGraph(site, site, phase.objective, { bands });
    return [Number.POSITIVE_INFINITY, 0].map((budget) => {
      const plan = frugalPlan(planned, bands, budget);
      return { plan, goals, gradient: ofPixel(withinBudget(tile, plan)) };
    });
  });
  let best: Candidate | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const tiling of tilings(planned)) {
    const tile = tiling.height * tiling.width;
    const tiles = tiling.rows.length * tiling.columns.length;
    for (const { plan, goals, gradient } of forms) {
      if (plan.bands && !haveRows(plan.bands, tiling)) continue;
      for (const keepGoals of [true, false]) {
        const kept = keepGoals ? goalBytes(planned, tiling) : evaluation + goals.bytes * tile;
        const bytes = kept + gradient.bytes * tile;
        least = Math.min(least, bytes);
        const flops = tiles * tile * (gradient.flops + (keepGoals ? 0 : goals.flops));
        if (bytes > room || (best && best.flops <= flops)) continue;
        best = { plan: { ...plan, tiles: { tiling, keepGoals } }, flops };
      }
    }
  }
  return { best, least };
}

/** The photo's goals for all tiles. */
const goalBytes = ({ site, phase }: Planned, tiling: Tiling): number =>
  tiling.rows.length *
  tiling.columns.length *
  goalsOf(phase.objective).reduce((sum, { layer }) => sum + 4 * activationCount(site.network, layer, tiling), 0);

export const fastest = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>(
    (best, other) => (best && best.flops <= other.flops ? best : other),
    undefined,
  );

function graphOf({ site, phase }: Planned, plan: PhasePlan): Graph {
  const { bands } = plan;
  const graph = isApart(site.medium)
    ? canvasGradientGraph(site, phase.objective, { bands })
    : iterationGraph(site, phase, 'photo', { bands });
  return withinBudget(graph, plan);
}

/** What running a graph takes. */
const bytesOf = (graph: Graph, { height, width }: Size): number =>
  arena.times * peakBytes(keepMasks(graph)) + arena.perPixel * height * width;

/** None where the network can't be cut, or where a term is no sum over positions. */
function tilings({ site, phase }: Planned): Tiling[] {
  const reach = reachOf(site.network, phase.objective);
  if (!reach || !isAdditive(phase.objective)) return [];
  const counts = Array.from({ length: mostTiles }, (_, i) => i + 1);
  return counts.flatMap((rows) =>
    // Columns are cut alike, so a number of rows that is of no use spares looking at the columns.
    tilingOf(reach, site, rows, 1) ? counts.flatMap((columns) => tilingOf(reach, site, rows, columns) ?? []) : [],
  );
}
