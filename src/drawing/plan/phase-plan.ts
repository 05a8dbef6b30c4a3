/** Ways to compute a phase, and the fastest of those that fit into so much memory. */
import type { Size } from '../../image/picture.js';
import { isApart } from '../../media/medium.js';
import { activationCount, type NetworkOutline, type Reach } from '../../networks/network.js';
import { canBeTiled, goalsOf, layersOf, photoGoals, termsOfSums } from '../../objectives/objective.js';
import type { Goal } from '../../objectives/term.js';
import { countFlops, type Graph, keepMasks, peakBytes, recomputeWithin, type Shape, sizeOf } from '../../onnx/index.js';
import type { Named } from '../../onnx/named.js';
import { canvasGradientGraph, goalsGraph, iterationGraph, type Site, seenFor } from '../compute/graphs.js';
import { tileGraph, tileSumsGraph } from '../compute/tile-graphs.js';
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
  const { site, phase, exact } = planned;
  const plan = fastPlan(site.network, site, exact);
  const layers = Math.max(1, layersOf(phase.objective).length);
  if (room >= plenty(site, layers) + slotBytes(planned)) return plan;
  return bytesOf(graphOf(planned, plan), site) <= room ? { ...plan, isFrugal: true } : undefined;
}

/**
 * More bytes than looking at so many layers takes, so that most drawings need no counting: of VGG-19 counted at most 7 times the first one,
 * and 10 for four. Of a network whose first layer need not be its largest nothing is known beforehand.
 */
export const plenty = ({ network, ...size }: Site, layers: number): number =>
  network.reach ? (5 + 2 * layers) * 4 * activationCount(network, network.layers[0]!, size) : Number.POSITIVE_INFINITY;

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

/** The bytes of the picture as a whole where all is computed again that can be. */
const leastWhole = (planned: Planned): number =>
  bytesOf(graphOf(planned, frugalPlan(planned, undefined, 0)), planned.site);

const waysOfBands = (site: Site): (Bands | undefined)[] => [
  fastBands(site.network, site),
  ...smallBands(site.network, site),
];

/**
 * The picture in tiles.
 * @param room bytes for a tile's graph, and for the photo's goals.
 * @param evaluation bytes that a session without a gradient takes beside its graph: for goals that are not kept, and for sums.
 * @returns the fastest plan that fits, and the bytes of the one that takes least: where there are no tiles, those of the whole.
 */
export function planTiles(planned: Planned, room: number, evaluation: number) {
  const { site, phase } = planned;
  const ways = tilings(planned);
  if (ways.length === 0) return { best: undefined, least: leastWhole(planned) };
  const area = site.height * site.width;
  const hasSums = termsOfSums(phase.objective).length > 0;
  // What a tile takes goes with its pixels: counted once, for all sizes of tiles.
  const ofPixel = (graph: Graph) => ({ bytes: bytesOf(graph, site) / area, flops: countFlops(graph) / area });
  const forms = waysOfBands(site).flatMap((bands) => {
    const goals = ofPixel(goalsGraph(site, photoGoals(goalsOf(phase.objective)), { bands }));
    const sums = hasSums ? ofPixel(tileSumsGraph(site, site, phase.objective, { bands })) : nothing;
    const tile = tileGraph(site, site, phase.objective, { bands });
    return [Number.POSITIVE_INFINITY, 0].map((budget) => {
      const plan = frugalPlan(planned, bands, budget);
      const gradient = ofPixel(withinBudget(tile, plan));
      // The sessions of both passes are open together.
      const passes = { bytes: gradient.bytes + sums.bytes, flops: gradient.flops + sums.flops };
      return { plan, goals, passes };
    });
  });
  const beside = (hasSums ? evaluation : 0) + slotBytes(planned);
  let best: Candidate | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const tiling of ways) {
    const tile = tiling.height * tiling.width;
    const tiles = tiling.rows.length * tiling.columns.length;
    for (const { plan, goals, passes } of forms) {
      if (plan.bands && !haveRows(plan.bands, tiling)) continue;
      for (const keepGoals of [true, false]) {
        const kept = keepGoals ? keptBytes(planned, tiling) : evaluation + goals.bytes * tile;
        const bytes = beside + kept + passes.bytes * tile;
        least = Math.min(least, bytes);
        const flops = tiles * tile * (passes.flops + (keepGoals ? 0 : goals.flops));
        if (bytes > room || (best && best.flops <= flops)) continue;
        best = { plan: { ...plan, tiles: { tiling, keepGoals } }, flops };
      }
    }
  }
  return { best, least };
}

const nothing = { bytes: 0, flops: 0 };

/** The photo's goals for all tiles. */
const keptBytes = ({ site, phase }: Planned, tiling: Tiling): number =>
  tiling.rows.length *
  tiling.columns.length *
  photoGoals(goalsOf(phase.objective)).reduce((sum, goal) => sum + goalBytes(goal, site.network, tiling), 0);

/** What a goal takes: as much as what it is made of, at the most. */
export const goalBytes = ({ layer }: Goal, network: NetworkOutline, size: Size): number =>
  4 * sizeOf(seenFor(network, layer, size));

/** What an optimizer keeps beyond two numbers for each parameter, which Adam has and which are counted with the pixels. */
const slotBytes = ({ site: { medium, ...size }, phase: { optimizer } }: Planned): number => {
  const bytesIn = (shapes: Named<Shape>) => Object.values(shapes).reduce((sum, shape) => sum + 4 * sizeOf(shape), 0);
  const parameters = medium.slots(size);
  return Math.max(0, bytesIn(optimizer.slots(parameters)) - 2 * bytesIn(parameters));
};

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

/**
 * How goals are made that are sums over positions of a picture of the site's size: as a whole, or in as few tiles as fit.
 * @param room bytes for their graph.
 * @returns undefined where nothing fits.
 */
export function planSums(site: Site, goals: readonly Goal[], exact: boolean, room: number): PhasePlan | undefined {
  const plan: PhasePlan = { ...fastPlan(site.network, site, exact), budget: undefined };
  if (room >= plenty(site, goals.length)) return plan;
  const bytes = bytesOf(goalsGraph(site, goals, plan), site);
  if (bytes <= room) return { ...plan, isFrugal: true };
  const fits = ({ height, width }: Size) => (bytes * height * width) / (site.height * site.width) <= room;
  const terms = [{ layers: goals.flatMap(({ layer = [] }) => layer) }];
  const fitting = tilingsOf(reachOf(site.network, { terms }), site).filter(fits);
  const areaOf = ({ height, width, rows, columns }: Tiling) => height * width * rows.length * columns.length;
  const [tiling] = fitting.sort((a, b) => areaOf(a) - areaOf(b));
  return tiling && { ...plan, bands: undefined, isFrugal: true, tiles: { tiling, keepGoals: false } };
}

/** None where the network can't be cut, or where a term is neither a sum over positions nor a function of one. */
const tilings = ({ site, phase: { objective } }: Planned): Tiling[] =>
  canBeTiled(objective) ? tilingsOf(reachOf(site.network, objective), site) : [];

function tilingsOf(reach: Reach | undefined, site: Size): Tiling[] {
  if (!reach) return [];
  const counts = Array.from({ length: mostTiles }, (_, i) => i + 1);
  return counts.flatMap((rows) =>
    // Columns are cut alike, so a number of rows that is of no use spares looking at the columns.
    tilingOf(reach, site, rows, 1) ? counts.flatMap((columns) => tilingOf(reach, site, rows, columns) ?? []) : [],
  );
}
