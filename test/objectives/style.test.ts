/** The style term against its formula in float64, and computed in bands, again, and in tiles. */
import { describe, expect, test } from '@jest/globals';
import { caffe, rgb } from '../../src/colour/spaces.js';
import { engineFor } from '../../src/drawing/compute/engine.js';
import { styleGoals } from '../../src/drawing/compute/goals.js';
import { beginTraining, type Site } from '../../src/drawing/compute/graphs.js';
import { type PhasePlan, plainPlan } from '../../src/drawing/plan/phase-plan.js';
import { reachOf, tilingOf } from '../../src/drawing/plan/tiles.js';
import type { Medium } from '../../src/media/medium.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../src/networks/vgg19/vgg19.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { contentShare } from '../../src/objectives/content.js';
import type { Objective } from '../../src/objectives/objective.js';
import { style } from '../../src/objectives/style.js';
import { encodeModel, type Graph, recomputeWithin, targets, unsupportedNodes } from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { edges } from '../support/doubles.js';
import { uniforms } from '../support/random.js';
import { relativeError } from '../support/relative-error.js';
import { gramOf, styleGradient, styleLoss } from '../support/style-reference.js';

/** Pixels without a range of values, in the network's colours. */
const pixelsIn = (space: Medium['space']): Medium => ({
  space,
  isPerPixel: true,
  slots: ({ height, width }) => ({ pixels: [1, 3, height, width] }),
  start: () => ({}),
  resizing: () => ({}),
  append: (_, parameters) => parameters.pixels!,
  constrain: (_, parameters) => parameters,
});

const size = { height: 7, width: 9 };
const pictureOf = ({ height, width }: { height: number; width: number }, low = 0) =>
  Float32Array.from(uniforms([3 * height * width], low, 255));
const styles = [
  { height: 6, width: 11 },
  { height: 8, width: 5 },
];
const pictures = styles.map((at, i) => pictureOf(at, 40 * i));
const site: Site = { network: edges(), medium: pixelsIn(rgb), ...size };

const stylesAt = (plan: (position: number) => PhasePlan = () => plainPlan) =>
  styles.map((at, i) => ({ ...at, plan: plan(i), read: async () => pictures[i]! }));

async function evaluate(graph: Graph, inputs: Record<string, Tensor>) {
  const session = await openSession(encodeModel(graph, { openSides: true }));
  const results = await session.run(inputs);
  await session.release();
  return results as Record<string, Tensor>;
}

function trainingGraph(at: Site, objective: Objective, form: Parameters<typeof beginTraining>[3] = {}): Graph {
  const { graph, loss, gradients } = beginTraining('style', at, objective, form);
  graph.output(loss, 'loss');
  graph.output(gradients.pixels!, 'gradient');
  return graph;
}

describe('style', () => {
  const weights = [3, 1];
  const objective: Objective = { terms: [style('edges', 2, weights)] };
  const grams = pictures.map((picture, i) => gramOf(picture, styles[i]!));
  const wanted = grams[0]!.map((value, i) => (3 * value + grams[1]![i]!) / 4);
  const canvas = pictureOf(size);

  test.each(targets)(
    'is the share of the weighted mean of Gram matrices that is missed, in the form for %s',
    async (target) => {
      const goals = await styleGoals(site, [{ objective }], stylesAt(), engineFor(site.network));
      const graph = trainingGraph(site, objective, { target });
      expect(unsupportedNodes(graph, target)).toEqual([]);
      const given = [...goals].map(([name, goal]) => [`target ${name}`, goal] as const);
      const pixels = new Tensor('float32', canvas, [1, 3, size.height, size.width]);
      const { loss, gradient } = await evaluate(graph, { pixels, ...Object.fromEntries(given) });
      expect((loss!.data as Float32Array)[0]! / (2 * styleLoss(canvas, size, wanted))).toBeCloseTo(1, 6);
      const expected = styleGradient(canvas, size, wanted).map((value) => 2 * value);
      expect(relativeError(gradient!.data as Float32Array, Float32Array.from(expected))).toBeLessThan(1e-6);
    },
  );

  test('where nothing is seen costs its weight', async () => {
    const goals = await styleGoals(site, [{ objective }], stylesAt(), engineFor(site.network));
    const given = [...goals].map(([name, goal]) => [`target ${name}`, goal] as const);
    const pixels = new Tensor('float32', new Float32Array(canvas.length), [1, 3, size.height, size.width]);
    const { loss } = await evaluate(trainingGraph(site, objective), { pixels, ...Object.fromEntries(given) });
    expect((loss!.data as Float32Array)[0]).toBeCloseTo(2, 4);
  });

  test('of pictures in tiles is that of whole pictures', async () => {
    const phases = [{ objective }];
    const whole = await styleGoals(site, phases, stylesAt(), engineFor(site.network));
    const reach = reachOf(site.network, objective)!;
    const inTiles = stylesAt((i) => {
      const tiling = tilingOf(reach, styles[i]!, 2, 2)!;
      return { ...plainPlan, tiles: { tiling, keepGoals: false } };
    });
    const parts = await styleGoals(site, phases, inTiles, engineFor(site.network));
    expect([...parts.keys()]).toEqual([...whole.keys()]);
    for (const [name, { data }] of whole) {
      expect(relativeError(parts.get(name)!.data as Float32Array, data as Float32Array)).toBeLessThan(1e-6);
      expect(parts.get(name)!.dims).toEqual([2, 2]);
    }
  });
});

describe('with VGG-19', () => {
  const at = { height: 32, width: 40 };
  const objective: Objective = {
    terms: [contentShare('block3_conv1', 1), style('block2_conv1', 1, [1]), style('block3_conv1', 1, [1])],
  };

  test('in bands, and with values computed again, it is what it is', async () => {
    const weights = await loadWeights('seeded', findLayer('block3_conv1'));
    const network = vgg19(weights);
    const site: Site = { network, medium: pixelsIn(caffe), ...at };
    const whole = trainingGraph(site, objective);
    const banded = trainingGraph(site, objective, { bands: { pools: 1, count: 4 } });
    expect(banded.nodes.length).toBeGreaterThan(whole.nodes.length);
    const inputs = Object.fromEntries(
      whole.inputs.map((name) => {
        const shape = whole.shape(name);
        const values = Float32Array.from(uniforms(shape, name === 'pixels' ? -100 : 0, 100));
        return [name, new Tensor('float32', values, shape)];
      }),
    );
    const run = async (graph: Graph) => {
      const session = await openSession(encodeModel(graph, { openSides: true }), {
        externalData: network.externalData,
      });
      const { loss, gradient } = await session.run(inputs);
      await session.release();
      return { loss: (loss!.data as Float32Array)[0]!, gradient: gradient!.data as Float32Array };
    };
    const expected = await run(whole);
    for (const graph of [banded, recomputeWithin(whole, 'loss', 0), recomputeWithin(banded, 'loss', 0)]) {
      const { loss, gradient } = await run(graph);
      expect(loss / expected.loss).toBeCloseTo(1, 6);
      expect(relativeError(gradient, expected.gradient)).toBeLessThan(1e-6);
    }
  });
});
