/** A phase computed tile by tile, for pictures whose activations would not fit into memory as a whole. */
import { evalModel, type ModelSite, pixelsInput, tileModel } from '../artifacts/models.js';
import { addTile, countedIn, readTile, type Tile, tilesOf } from '../artifacts/tiles.js';
import { biasCorrection, Graph } from '../onnx/index.js';
import { Tensor } from '../runtime/session.js';
import { gridOf } from '../vgg19/layers.js';
import { appendStep } from './iteration.js';
import { openNetwork } from './network.js';
import type { OpenPhase, PhaseOptions } from './phase.js';
import { type PhasePlan, type TiledPlan, withinBudget } from './phase-plan.js';
import type { DrawingState } from './state.js';

/** Pixels that one run of the optimizer steps: enough that the overhead of a run is nothing, few enough for any memory. */
const pixelsPerStep = 2 ** 17;

/**
 * {@link openPhase} in tiles: the sum of their gradients is the whole picture's, and the optimizer steps that.
 * @param state what the phase begins with, in the processor's memory; its iterations change it.
 */
export async function openTiledPhase(
  site: ModelSite,
  state: DrawingState,
  options: PhaseOptions,
  plan: PhasePlan,
  { tiling, keepTargets }: TiledPlan,
): Promise<OpenPhase> {
  const { height, width, layer } = site;
  const tileSite: ModelSite = { ...site, height: tiling.height, width: tiling.width };
  const pixelsShape = [1, 3, tiling.height, tiling.width];
  const positions = [tiling.height, tiling.width].map((side) => Math.floor(side / gridOf(layer)));
  const tiles = tilesOf(tiling);
  // One for all tiles: garbage of this size piles up faster than it is collected.
  const part = new Float32Array(3 * tiling.height * tiling.width);
  const pixelsOf = (picture: Float32Array, tile: Tile) =>
    new Tensor('float32', readTile(picture, width, tiling, tile, part), pixelsShape);

  const photo = await openNetwork((target) => evalModel({ ...tileSite, target }), options);
  const targetOf = async (tile: Tile): Promise<Tensor> =>
    (await photo.run({ pixels: pixelsOf(options.photo, tile) })).activation!;
  const kept: Tensor[] = [];
  if (keepTargets) {
    for (const tile of tiles) kept.push(await targetOf(tile));
    await photo.release();
  }
  const session = await openNetwork((target) => withinBudget(tileModel({ ...tileSite, target }, site), plan), options);
  const optimizer = await openOptimizer(height * width, options);
  const gradient = new Float32Array(3 * height * width);
  return {
    async step(learningRate) {
      gradient.fill(0);
      let loss = 0;
      for (const [i, tile] of tiles.entries()) {
        const target = kept[i] ?? (await targetOf(tile));
        const result = await session.run({
          pixels: pixelsOf(state.pixels.data as Float32Array, tile),
          target,
          counted: new Tensor('float32', countedIn(layer, tiling, tile), [1, 1, ...positions]),
        });
        loss += (result.loss!.data as Float32Array)[0]!;
        addTile(gradient, width, tiling, tile, result.pixels_grad!.data as Float32Array);
      }
      const frame = await optimizer.step(state, gradient, learningRate);
      return { loss, frame };
    },
    async release() {
      if (!keepTargets) await photo.release();
      await session.release();
      await optimizer.release();
    },
  };
}

/** Steps the state piece by piece: Adam, the clip and the frame's tone look at each pixel alone. */
async function openOptimizer(area: number, options: PhaseOptions) {
  const { adam, canvas, tone } = options.preset;
  const length = Math.min(area, pixelsPerStep);
  const shape = [1, 3, 1, length];
  const graph = new Graph('optimizer_model');
  const pixels = pixelsInput(graph, { height: 1, width: length });
  appendStep(graph, pixels, graph.input('pixels_grad', 'float32', shape), { adam, canvas, tone });
  const session = await openNetwork(() => graph, options);
  /** Calls back for each channel with its place in the picture and in the piece. */
  const channels = (start: number, visit: (from: number, to: number, inPiece: number) => void): void => {
    const count = Math.min(length, area - start);
    for (let c = 0; c < 3; c++) visit(c * area + start, c * area + start + count, c * length);
  };
  const names = ['pixels', 'pixels_grad', 'exp_avg', 'exp_avg_sq'] as const;
  const pieces = new Map(names.map((name) => [name, new Float32Array(3 * length)]));
  const read = (name: (typeof names)[number], whole: Float32Array, start: number): Tensor => {
    const piece = pieces.get(name)!;
    channels(start, (from, to, inPiece) => piece.set(whole.subarray(from, to), inPiece));
    return new Tensor('float32', piece, shape);
  };
  const write = (whole: Float32Array, start: number, { data }: Tensor): void =>
    channels(start, (from, to, inPiece) =>
      whole.set((data as Float32Array).subarray(inPiece, inPiece + to - from), from),
    );
  return {
    async step(state: DrawingState, gradient: Float32Array, learningRate: number): Promise<Uint8Array> {
      const { size, scale } = biasCorrection(state.steps + 1, learningRate, adam);
      const [canvasValues, expAvg, expAvgSq] = [state.pixels, state.expAvg, state.expAvgSq].map(
        ({ data }) => data as Float32Array,
      ) as [Float32Array, Float32Array, Float32Array];
      const frame = new Uint8Array(3 * area);
      for (let start = 0; start < area; start += length) {
        const result = await session.run({
          pixels: read('pixels', canvasValues, start),
          pixels_grad: read('pixels_grad', gradient, start),
          exp_avg: read('exp_avg', expAvg, start),
          exp_avg_sq: read('exp_avg_sq', expAvgSq, start),
          step_size: new Tensor('float32', [size], []),
          second_moment_scale: new Tensor('float32', [scale], []),
        });
        write(canvasValues, start, result.pixels_out!);
        write(expAvg, start, result.exp_avg_out!);
        write(expAvgSq, start, result.exp_avg_sq_out!);
        const shown = (result.frame!.data as Uint8Array).subarray(0, 3 * (area - start));
        frame.set(shown, 3 * start);
      }
      // Stepped where they are.
      state.moveOn({ pixels: state.pixels, expAvg: state.expAvg, expAvgSq: state.expAvgSq });
      return frame;
    },
    release: () => session.release(),
  };
}
