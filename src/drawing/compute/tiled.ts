/** A phase computed tile by tile, for pictures whose activations would not fit into memory as a whole. */
import type { Size } from '../../image/picture.js';
import { additiveTerms, goalsOf, layersOf, photoGoals } from '../../objectives/objective.js';
import { Tensor } from '../../runtime/session.js';
import type { Phase } from '../phase.js';
import { type PhasePlan, type TiledPlan, withinBudget } from '../plan/phase-plan.js';
import { addTile, type Tile, tilesOf } from '../plan/tiles.js';
import type { DrawingState } from '../state.js';
import type { Engine } from './engine.js';
import { openGoals, sumGoals } from './goals.js';
import { goalInput, type Site } from './graphs.js';
import { openPainter } from './painter.js';
import { openGraph, type Tensors } from './sessions.js';
import { lossesIn, type OpenPhase, type PhaseInput, weightScalars } from './step.js';
import { openStepper } from './stepper.js';
import { tileGraph } from './tile-graphs.js';
import { countedTensors, tileReader } from './tile-inputs.js';
import { openTileSums } from './tile-sums.js';

/**
 * The sum of the tiles' losses and gradients by the canvas is the whole picture's; through the medium that gradient then goes once.
 * @param state what the phase begins with, in the processor's memory; its iterations change it.
 */
export async function openTiled(
  site: Site,
  phase: Phase,
  { tiling, keepGoals }: TiledPlan,
  plan: PhasePlan,
  state: DrawingState,
  engine: Engine,
  { photo, known, tone }: PhaseInput,
): Promise<OpenPhase> {
  const { objective } = phase;
  const size: Size = { height: site.height, width: site.width };
  const tileSite: Site = { ...site, height: tiling.height, width: tiling.width };
  const channels = site.medium.space.length;
  const tiles = tilesOf(tiling);
  const goals = goalsOf(objective);
  const ofPhoto = photoGoals(goals);
  const [photoIn, canvasIn] = [tileReader(site.network.space.length, size, tiling), tileReader(channels, size, tiling)];
  const layers = layersOf(objective);

  const summed = ofPhoto.filter(({ isSum }) => isSum);
  const totals = await sumGoals(site, summed, photo, tiling, engine, plan);
  const fixed = goals.filter((goal) => !ofPhoto.includes(goal) || summed.includes(goal));
  const constants: Tensors = Object.fromEntries(
    fixed.map((goal) => [goalInput(goal, goals), totals.get(goal.name) ?? known.get(goal.name)!]),
  );
  const local = ofPhoto.filter(({ isSum }) => !isSum);
  const network = local.length > 0 ? await openGoals(tileSite, local, engine, plan, size) : undefined;
  const goalsIn = async (tile: Tile): Promise<Tensors> => {
    const made =
      network &&
      (await network.of(photoIn(photo, tile), countedTensors(site.network, layers, tiling, network.inputs, tile)));
    return Object.fromEntries(local.map((goal) => [goalInput(goal, goals), made!.get(goal.name)!]));
  };
  const kept: Tensors[] = [];
  if (keepGoals) {
    for (const tile of tiles) kept.push(await goalsIn(tile));
    await network?.release();
  }
  const sums = await openTileSums(tileSite, size, objective, tiling, plan, engine);
  const session = await openGraph(
    (target) => withinBudget(tileGraph(tileSite, size, objective, { target, bands: plan.bands }), plan),
    engine,
    plan,
  );
  const painter = await openPainter(site.medium, size);
  const stepper = await openStepper(site, phase, tone, engine, painter);
  const gradient = new Float32Array(channels * size.height * size.width);
  return {
    async step(iteration) {
      const weights = weightScalars(phase, iteration);
      gradient.fill(0);
      const canvas = await painter.canvasOf(state.values);
      const seen = (tile: Tile): Tensors => ({
        canvas: new Tensor('float32', canvasIn(canvas, tile), [1, channels, tiling.height, tiling.width]),
      });
      const first = await sums.pass(seen, { ...constants, ...weights });
      const losses = Object.fromEntries(objective.terms.map(({ name }) => [name, first.losses[name] ?? 0]));
      for (const [i, tile] of tiles.entries()) {
        const given = { ...(kept[i] ?? (await goalsIn(tile))), ...constants, ...weights, ...first.gradients };
        const asked = Object.entries(given).filter(([name]) => session.inputs.includes(name));
        const counted = countedTensors(site.network, layers, tiling, session.inputs, tile);
        const results = await session.run({ ...seen(tile), ...Object.fromEntries(asked), ...counted });
        for (const [name, value] of Object.entries(lossesIn(results, objective, additiveTerms(objective)))) {
          losses[name]! += value;
        }
        addTile(gradient, size, tiling, tile, results.canvas_grad!.data as Float32Array);
      }
      const frame = await stepper.step(state, gradient, iteration);
      return { loss: Object.values(losses).reduce((sum, value) => sum + value, 0), losses, frame };
    },
    async release() {
      if (!keepGoals) await network?.release();
      await sums.release();
      await session.release();
      await stepper.release();
      await painter.release();
    },
  };
}
