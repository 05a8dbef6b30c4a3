/** A phase computed tile by tile, for pictures whose activations would not fit into memory as a whole. */
import type { Size } from '../../image/picture.js';
import { goalsOf, layersOf } from '../../objectives/objective.js';
import { mapNamed } from '../../onnx/named.js';
import { Tensor } from '../../runtime/session.js';
import type { Phase } from '../phase.js';
import { type PhasePlan, type TiledPlan, withinBudget } from '../plan/phase-plan.js';
import { addTile, countedIn, readTile, type Tile, type Tiling, tilesOf } from '../plan/tiles.js';
import type { DrawingState } from '../state.js';
import type { Engine } from './engine.js';
import { openGoals } from './goals.js';
import { countedInput, goalInput, type Site, tileGraph } from './graphs.js';
import { openPainter } from './painter.js';
import { openGraph, type Tensors } from './sessions.js';
import { lossesOf, type OpenPhase, type PhaseInput, weightScalars } from './step.js';
import { openStepper } from './stepper.js';

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
  { photo, tone }: PhaseInput,
): Promise<OpenPhase> {
  const size: Size = { height: site.height, width: site.width };
  const tileSite: Site = { ...site, height: tiling.height, width: tiling.width };
  const channels = site.medium.space.length;
  const tiles = tilesOf(tiling);
  const goals = goalsOf(phase.objective);
  // One buffer for all tiles: garbage of this size piles up faster than it is collected.
  const reader = (channels: number) => {
    const part = new Float32Array(channels * tiling.height * tiling.width);
    return (picture: Float32Array, tile: Tile) => readTile(picture, size, tiling, tile, part);
  };
  const [photoIn, canvasIn] = [reader(site.network.space.length), reader(channels)];
  const layers = layersOf(phase.objective);
  const countedFor = (inputs: readonly string[], tile: Tile) => countedTensors(site, layers, tiling, inputs, tile);

  const sums: Record<string, Tensor> = {};
  const summed = goals.filter(({ isSum }) => isSum);
  if (summed.length > 0) {
    const network = await openGoals(tileSite, summed, engine, plan, true);
    const totals = new Map<string, number>();
    for (const tile of tiles) {
      for (const [name, part] of await network.of(photoIn(photo, tile), countedFor(network.inputs, tile))) {
        totals.set(name, (totals.get(name) ?? 0) + (part.data as Float32Array)[0]!);
      }
    }
    await network.release();
    for (const goal of summed) sums[goalInput(goal, goals)] = new Tensor('float32', [totals.get(goal.name)!], []);
  }
  const local = goals.filter(({ isSum }) => !isSum);
  const network = local.length > 0 ? await openGoals(tileSite, local, engine, plan, true) : undefined;
  const goalsIn = async (tile: Tile): Promise<Tensors> => {
    const made = await network?.of(photoIn(photo, tile));
    return Object.fromEntries(local.map((goal) => [goalInput(goal, goals), made!.get(goal.name)!]));
  };
  const kept: Tensors[] = [];
  if (keepGoals) {
    for (const tile of tiles) kept.push(await goalsIn(tile));
    await network?.release();
  }
  const session = await openGraph(
    (target) => withinBudget(tileGraph(tileSite, size, phase.objective, { target, bands: plan.bands }), plan),
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
      const canvas = await painter.canvasOf(mapNamed(state.parameters, ({ data }) => data as Float32Array));
      const losses: Record<string, number> = {};
      let loss = 0;
      for (const [i, tile] of tiles.entries()) {
        const goalTensors = kept[i] ?? (await goalsIn(tile));
        const seen = new Tensor('float32', canvasIn(canvas, tile), [1, channels, tiling.height, tiling.width]);
        const results = await session.run({
          canvas: seen,
          ...goalTensors,
          ...sums,
          ...weights,
          ...countedFor(session.inputs, tile),
        });
        const ofTile = lossesOf(results, phase.objective);
        loss += ofTile.loss;
        for (const [name, value] of Object.entries(ofTile.losses)) losses[name] = (losses[name] ?? 0) + value;
        addTile(gradient, size, tiling, tile, results.canvas_grad!.data as Float32Array);
      }
      const frame = await stepper.step(state, gradient, iteration);
      return { loss, losses, frame };
    },
    async release() {
      if (!keepGoals) await network?.release();
      await session.release();
      await stepper.release();
      await painter.release();
    },
  };
}

/** What a tile counts, of what a graph asks for. */
function countedTensors(
  site: Site,
  layers: readonly string[],
  tiling: Tiling,
  inputs: readonly string[],
  tile: Tile,
): Tensors {
  const asked = ['', ...layers].filter((layer) => inputs.includes(countedInput(layer)));
  return Object.fromEntries(
    asked.map((layer) => {
      const grid = layer === '' ? 1 : site.network.reach!(layer).grid;
      const sides = [tiling.height, tiling.width].map((side) => Math.floor(side / grid));
      return [countedInput(layer), new Tensor('float32', countedIn(grid, tiling, tile), [1, 1, ...sides])];
    }),
  );
}
