import { beforeAll, describe, expect, test } from '@jest/globals';
import { phasesOf } from '../../../src/drawing/compose.js';
import { goalsGraph, iterationGraph } from '../../../src/drawing/compute/graphs.js';
import { tileGraph } from '../../../src/drawing/compute/tile-graphs.js';
import { draw } from '../../../src/drawing/draw.js';
import type { Frame } from '../../../src/drawing/frame.js';
import {
  type DrawingPlan,
  type DrawingToPlan,
  outOfMemory,
  planDrawing,
  planStyles,
} from '../../../src/drawing/plan/drawing-plan.js';
import { isFast, type PhasePlan, withinBudget } from '../../../src/drawing/plan/phase-plan.js';
import type { MemoryLimit } from '../../../src/drawing/recipe/memory-limit.js';
import type { DrawOptions } from '../../../src/drawing/recipe/options.js';
import { type Preset, type PresetInput, parsePreset } from '../../../src/drawing/recipe/preset.js';
import { presets } from '../../../src/drawing/recipe/presets.js';
import { InputError } from '../../../src/errors.js';
import type { Size } from '../../../src/image/picture.js';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/load.js';
import { goalsOf } from '../../../src/objectives/objective.js';
import { countFlops, encodeModel, Graph, Operators } from '../../../src/onnx/index.js';
import { iterationModel, type ModelSite } from '../../../src/outputs/models.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { samplePath } from '../../golden/drawings.js';
import { disturbed } from '../../support/disturbed.js';
import { phaseAt, siteOf } from '../../support/loop.js';
import { deepToShallow } from '../../support/presets.js';
import { shareBeyond } from '../../support/psnr.js';

const given = (megabytes: number) => ({ bytes: megabytes * 2 ** 20, isGiven: true });
const parsed = (preset: PresetInput) => parsePreset(preset, 'test');
const sketch = parsed(presets.sketch);
/** Its first phase, of which the others take nothing. */
const deepest: Preset = { ...sketch, phases: sketch.phases.slice(0, 1) };
const planned = (preset: Preset, size: Size, limit: MemoryLimit, options: Partial<DrawingToPlan> = {}): DrawingPlan =>
  planDrawing({ site: siteOf(size), phases: phasesOf(preset), ...options }, limit);

describe('planDrawing', () => {
  test('where all fits, all is computed as fast as can be', () => {
    const fast = { bands: { pools: 1, count: 4 }, budget: Number.POSITIVE_INFINITY, winograd: true };
    expect(planned(sketch, { width: 512, height: 512 }, given(16_000))).toEqual([fast, fast, fast, fast]);
  });

  test('with less memory values are computed again, and with still less in tiles', () => {
    const phase = (megabytes: number) => planned(deepest, { width: 1024, height: 1024 }, given(megabytes))[0]!;
    const plans = Array.from({ length: 7 }, (_, i) => phase(1700 - 100 * i));
    const kinds = plans.map((plan) => (plan.tiles ? 'tiles' : isFast(plan) ? 'fast' : 'again'));
    expect([...new Set(kinds)]).toEqual(['fast', 'again', 'tiles']);
  });

  test('where a drawing begins small, what is small is computed fast', () => {
    const shallow = parsed({ phases: [{ layer: 'block2_conv2', iterations: 3, learningRate: 1 }] });
    const plan = planned(shallow, { width: 1024, height: 1024 }, given(620), { scales: [0.25, 0.5, 1] });
    expect(plan.map(isFast)).toEqual([true, false, false]);
    // The size that is said to be too large is the one that was asked for.
    expect(() => planned(shallow, { width: 1024, height: 1024 }, given(300), { scales: [0.25, 0.5, 1] })).toThrow(
      /^block2_conv2 at 1024×1024 pixels takes/,
    );
  });

  test('the less memory there is, the more is computed', () => {
    const size = { width: 1500, height: 1000 };
    const site = { layer: findLayer('block5_conv2'), ...size };
    const flops = [4000, 1800, 1600, 1500, 1400, 1300].map((megabytes) =>
      flopsOf(site, planned(deepest, size, given(megabytes))[0]!),
    );
    expect(flops).toEqual(flops.toSorted((a, b) => a - b));
    expect(flops.at(-1)! / flops[0]!).toBeGreaterThan(1.1);
  });

  test('a sketch of 4096 × 4096 fits into 8 GB with a fifth of work more, and keeps the targets of all that has many iterations', () => {
    const plan = planned(sketch, { width: 4096, height: 4096 }, given(8192));
    for (const [i, { layer }] of sketch.phases.entries()) {
      const site = { layer: findLayer(layer!), width: 4096, height: 4096 };
      const whole = countFlops(iterationModel(site));
      // The single iteration of the last phase computes the photo's activations too.
      expect(flopsOf(site, plan[i]!) / whole).toBeLessThan(i < 3 ? 1.2 : 1.6);
    }
    expect(plan.slice(0, 3).map(({ tiles }) => tiles?.keepGoals ?? true)).toEqual([true, true, true]);
  });

  test("what a deeper phase took is no later one's, but for what ONNX Runtime made of weights", () => {
    const painting = deepToShallow;
    const size = { width: 512, height: 512 };
    const isTiled = ({ tiles }: PhasePlan) => tiles !== undefined;
    const later = (megabytes: number, exact: boolean) => planned(painting, size, given(megabytes), { exact }).slice(1);
    // All phases hold the weights of the deepest one, 48 MB more than those of `block4_conv2`.
    expect(later(700 + 30, false).map(isTiled)).toEqual([false, false, false, false]);
    expect(later(800, true).some(isTiled)).toBe(true);
    const alone = painting.phases
      .slice(1)
      .map((phase) => planned(parsed({ phases: [phase] }), size, given(800), { exact: true })[0]!);
    expect(alone.some(isTiled)).toBe(false);
  });

  test('decoding the photo counts', () => {
    const plan = (decodingBytes: number) => planned(sketch, { width: 256, height: 256 }, given(650), { decodingBytes });
    expect(plan(0)).toHaveLength(4);
    expect(() => plan(500e6)).toThrow(/takes 1\.\d+G of memory at the least/);
  });

  test('where targets would take too much they are computed again', () => {
    const shallow = parsed({ phases: [{ layer: 'block1_conv2', iterations: 1, learningRate: 1 }] });
    expect(planned(shallow, { width: 4096, height: 4096 }, given(4096))[0]!.tiles).toMatchObject({
      keepGoals: false,
    });
  });

  test('where nothing fits: what it takes, and the flags that help', () => {
    const plan = () => planned(sketch, { width: 512, height: 512 }, given(300));
    expect(plan).toThrow(InputError);
    expect(plan).toThrow(/^block5_conv2 at 512×512 pixels takes \d+M .*300M may be used; .*more memory .*smaller size/);
    const least = Number(/takes (\d+)M/.exec(messageOf(plan))![1]);
    expect(planned(sketch, { width: 512, height: 512 }, given(least))).toHaveLength(4);
    expect(() => planned(sketch, { width: 512, height: 512 }, { bytes: 3e8, isGiven: false })).toThrow(
      /287M are free.*smaller size.*option memory/,
    );
  });
});

describe('style', () => {
  const size = { width: 1024, height: 1024 };
  const chosen = { weights: [1], factor: 1 };
  const styled = (preset: Preset, megabytes: number) =>
    planDrawing({ site: siteOf(size), phases: phasesOf(preset, chosen) }, given(megabytes));

  test('is computed in two passes of tiles where there is less memory', () => {
    expect(styled(presets.style, 6000).map(({ tiles }) => tiles)).toEqual([undefined]);
    const [{ tiles }] = styled(presets.style, 700) as [PhasePlan];
    expect(tiles!.tiling.rows.length * tiles!.tiling.columns.length).toBeGreaterThan(1);
  });

  test('what L-BFGS remembers is counted', () => {
    const least = (preset: Preset) => Number(/takes (\d+)M/.exec(messageOf(() => styled(preset, 300)))![1]);
    const [adam, lbfgs] = [presets.style, parsed({ ...presets.style, optimizer: 'lbfgs' })].map(least);
    // Eighteen numbers more for each of three values of a million pixels.
    expect(lbfgs! - adam!).toBeGreaterThanOrEqual(200);
  });

  test('pictures larger than memory are looked at in tiles, and others as a whole', () => {
    const drawing = { site: siteOf({ width: 64, height: 64 }), phases: phasesOf(presets.style, chosen) };
    const plan = (side: number) => planStyles(drawing, [{ width: side, height: side }], given(600))[0]!;
    expect(plan(128).tiles).toBeUndefined();
    expect(plan(1024).tiles!.tiling.rows.length).toBeGreaterThan(1);
    expect(() => plan(5000)).toThrow(/^styleSize: a style picture of 5000×5000 pixels does not fit/);
  });
});

/** Floating-point operations of an iteration. */
function flopsOf(at: ModelSite, plan: PhasePlan): number {
  const [site, phase] = [siteOf(at), phaseAt(at.layer.name)];
  const { bands, tiles } = plan;
  if (!tiles) return countFlops(withinBudget(iterationGraph(site, phase, 'photo', { bands }), plan));
  const tile = siteOf(tiles.tiling);
  const goals = tiles.keepGoals ? 0 : countFlops(goalsGraph(tile, goalsOf(phase.objective), { bands }));
  const gradient = countFlops(withinBudget(tileGraph(tile, site, phase.objective, { bands }), plan));
  return tiles.tiling.rows.length * tiles.tiling.columns.length * (goals + gradient);
}

const messageOf = (plan: () => unknown): string => {
  try {
    plan();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('draw, with little memory', () => {
  // From the first iteration on the canvas is textured, so that no window of the pool and no activation is in doubt.
  const preset = {
    phases: [
      { layer: 'block2_conv2', iterations: 1, learningRate: 9 },
      { layer: 'block1_conv2', iterations: 2, learningRate: 7.5, keepOptimizer: true },
      { layer: 'block1_conv1', iterations: 2, learningRate: 1.5 },
    ],
  };
  // Exact, because tiles of Winograd's would lie elsewhere in a tile of the picture, and seeded weights make much of rounding.
  const options = { preset, size: 256, weights: 'seeded', provider: 'cpu', exact: true, canvases: true };
  const memory = '240M';
  /** A fortieth of a grey level, and three times what tiles make, or disturbed weights. */
  const tolerance = 1e-4 * 255;
  const framesOf = async (given: DrawOptions): Promise<Frame[]> => {
    const frames: Frame[] = [];
    for await (const frame of draw(samplePath, { ...options, ...given })) frames.push(frame);
    return frames;
  };
  let whole: Frame[];
  beforeAll(async () => {
    whole = await framesOf({});
  });

  test('the phases are computed in tiles', () => {
    const plan = planned(parsed(preset), { width: 256, height: 192 }, given(240), { exact: true });
    expect(plan.map(({ tiles }) => tiles && tiles.tiling.rows.length * tiles.tiling.columns.length > 1)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('canvases, frames and losses are those of the whole picture', async () => {
    const tiled = await framesOf({ memory });
    expect(tiled).toHaveLength(whole.length);
    for (const [i, { canvas, picture, iteration }] of tiled.entries()) {
      const expected = whole[i]!;
      expect(shareBeyond(canvas!, expected.canvas!, tolerance)).toBe(0);
      expect(shareBeyond(picture.rgb, expected.picture.rgb, 1)).toBe(0);
      // A whole picture's squares are added up in float32, which is where its loss is least exact.
      if (iteration) expect(Math.abs(iteration.loss / expected.iteration!.loss - 1)).toBeLessThan(2e-4);
      expect([iteration?.phase, iteration?.iteration]).toEqual([
        expected.iteration?.phase,
        expected.iteration?.iteration,
      ]);
    }
  });

  test('the drawing is stable: weights that are disturbed, as by another processor, make the same', async () => {
    const weights = await loadWeights('seeded', findLayer('block2_conv2'));
    for (const seed of [1, 2]) {
      for (const [i, { canvas }] of (await framesOf({ weights: disturbed(weights, 1e-7, seed) })).entries()) {
        expect(shareBeyond(canvas!, whole[i]!.canvas!, tolerance)).toBe(0);
      }
    }
    // And it is a drawing: away from the paper by more than ten levels, on average.
    const [paper, last] = [whole[0]!.canvas!, whole.at(-1)!.canvas!];
    expect(last.reduce((sum, value, i) => sum + Math.abs(value - paper[i]!), 0) / last.length).toBeGreaterThan(10);
  });

  test.each(['much', '12Q', -1])('memory %p is no size', async (size) => {
    await expect(draw(samplePath, { memory: size }).next()).rejects.toThrow(/^memory: expected bytes/);
  });
});

describe('memory that runs out', () => {
  test('in ONNX Runtime: the layer, and the flags that help', async () => {
    const graph = new Graph('huge');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [1]);
    graph.output(o.add(o.expand(x, [2 ** 22, 2 ** 22]), x), 'y');
    const session = await openSession(encodeModel(graph));
    const error: unknown = await session.run({ x: new Tensor('float32', [1], [1]) }).catch((thrown: unknown) => thrown);
    await session.release();
    expect(outOfMemory(error, 'block2_conv2')).toBeInstanceOf(InputError);
    expect(outOfMemory(error, 'block2_conv2')!.message).toMatch(
      /^memory ran out at block2_conv2; .*option memory.*smaller size/,
    );
  });

  test('in JavaScript', () => {
    let error: unknown;
    try {
      new ArrayBuffer(2 ** 53 - 1);
    } catch (thrown) {
      error = thrown;
    }
    expect(outOfMemory(error, 'block1_conv1')?.message).toMatch(/option memory/);
  });

  test('other errors stay what they are', () => {
    expect(outOfMemory(new Error('a shape does not fit'), 'block1_conv1')).toBeUndefined();
    expect(outOfMemory(new InputError('the loss became NaN'), 'block1_conv1')).toBeUndefined();
  });
});
