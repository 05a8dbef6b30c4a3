/** The first of two passes over the tiles: what terms that are functions of sums cost, and the gradients by their sums. */
import type { Size } from '../../image/picture.js';
import { layersOf, type Objective, termsOfSums } from '../../objectives/objective.js';
import type { Named } from '../../onnx/named.js';
import { type PhasePlan, plainPlan } from '../plan/phase-plan.js';
import { type Tile, type Tiling, tilesOf } from '../plan/tiles.js';
import type { Engine } from './engine.js';
import type { Site } from './graphs.js';
import { openGraph, type Tensors } from './sessions.js';
import { lossesIn } from './step.js';
import { sumsGraph, tileSumsGraph } from './tile-graphs.js';
import { countedTensors, TensorSums } from './tile-inputs.js';

export interface TileSums {
  /**
   * @param canvasIn a tile of the canvas.
   * @param given goals and weights, more than are asked for.
   * @returns the losses of those terms, and the gradients as inputs of a tile's graph.
   */
  pass(canvasIn: (tile: Tile) => Tensors, given: Tensors): Promise<{ losses: Named<number>; gradients: Tensors }>;
  release(): Promise<void>;
}

/** @param whole the size of the whole picture; the site has that of the tiles. */
export async function openTileSums(
  site: Site,
  whole: Size,
  objective: Objective,
  tiling: Tiling,
  plan: PhasePlan,
  engine: Engine,
): Promise<TileSums> {
  const terms = termsOfSums(objective);
  if (terms.length === 0) return { pass: async () => ({ losses: {}, gradients: {} }), release: async () => {} };
  const form = { bands: plan.bands };
  const parts = await openGraph((target) => tileSumsGraph(site, whole, objective, { target, ...form }), engine, plan);
  const value = await openGraph((target) => sumsGraph(site, whole, objective, { target }), engine, plainPlan);
  const layers = layersOf({ terms });
  return {
    async pass(canvasIn, given) {
      const sums = new TensorSums();
      for (const tile of tilesOf(tiling)) {
        const counted = countedTensors(site.network, layers, tiling, parts.inputs, tile);
        sums.add(Object.entries(await parts.run({ ...canvasIn(tile), ...counted })));
      }
      const asked = Object.entries(given).filter(([name]) => value.inputs.includes(name));
      const results = await value.run({ ...Object.fromEntries([...asked, ...sums.tensors]) });
      return { losses: lossesIn(results, objective, terms), gradients: results };
    },
    async release() {
      await parts.release();
      await value.release();
    },
  };
}
