import { describe, expect, test } from '@jest/globals';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import {
  countFlops,
  differentiate,
  encodeModel,
  Graph,
  keepMasks,
  Operators,
  peakBytes,
  recomputeWithin,
} from '../../../src/onnx/index.js';
import { type ModelSite, trainingModel } from '../../../src/outputs/models.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniform } from '../../support/random.js';
import { evaluatePasses } from '../../support/training.js';

const site = (layer: string, side: number, pools = 2): ModelSite => ({
  layer: findLayer(layer),
  height: side,
  width: side,
  bands: { pools, count: 4 },
});

const bytesOf = (graph: Graph): number => peakBytes(keepMasks(graph));
const again = (graph: Graph): string[] =>
  graph.nodes.filter(({ name }) => name.endsWith('/again')).map(({ opType }) => opType);

describe('recomputeWithin', () => {
  test.each(['block1_conv2', 'block2_conv2', 'block3_conv1'])(
    '%s: loss and gradient are the same numbers',
    async (name) => {
      const { plain, passed } = await evaluatePasses(site(name, 64), [
        keepMasks,
        (graph) => keepMasks(recomputeWithin(graph, 'loss')),
        (graph) => keepMasks(recomputeWithin(graph, 'loss', 0)),
      ]);
      for (const result of passed) expect(result).toEqual(plain);
    },
  );

  test('what takes as long to keep is computed again without being asked: the first convolution', () => {
    const plain = trainingModel(site('block3_conv1', 128));
    const graph = recomputeWithin(plain, 'loss');
    expect(again(graph).filter((opType) => opType === 'Conv')).toHaveLength(4);
    expect(countFlops(graph) / countFlops(plain)).toBeLessThan(1.02);
    expect(bytesOf(graph)).toBeLessThan(bytesOf(plain));
  });

  test('the less it may take, the less it keeps and the more it computes', () => {
    const plain = trainingModel(site('block4_conv2', 256));
    const most = bytesOf(recomputeWithin(plain, 'loss'));
    const budgets = [1, 0.9, 0.8, 0.7].map((share) => share * most);
    const graphs = budgets.map((budget) => recomputeWithin(plain, 'loss', budget));
    graphs.forEach((graph, i) => {
      expect(bytesOf(graph)).toBeLessThanOrEqual(budgets[i]!);
    });
    const flops = graphs.map(countFlops);
    expect(flops).toEqual(flops.toSorted((a, b) => a - b));
    expect(flops[0]!).toBeLessThan(flops.at(-1)!);
    expect(flops.at(-1)! / flops[0]!).toBeLessThan(1.35);
  });

  test('in bands it can do with a third of the memory, for less than a quarter of work more', () => {
    const plain = trainingModel({ ...site('block5_conv2', 512), bands: undefined });
    const graph = recomputeWithin(
      trainingModel({ ...site('block5_conv2', 512), bands: { pools: 2, count: 8 } }),
      'loss',
      0,
    );
    expect(bytesOf(graph) / bytesOf(plain)).toBeLessThan(0.36);
    expect(countFlops(graph) / countFlops(plain)).toBeLessThan(1.25);
  });

  test('where the budget can not be met it takes as little as it can', () => {
    const plain = trainingModel(site('block3_conv1', 128));
    const least = recomputeWithin(plain, 'loss', 0);
    const { inputs, outputs } = least;
    expect([inputs, outputs]).toEqual([plain.inputs, plain.outputs]);
    expect(bytesOf(least)).toBeLessThanOrEqual(bytesOf(recomputeWithin(plain, 'loss')));
  });

  test.each<[string, number[], (graph: Graph, o: Operators, x: string) => string, string]>([
    [
      'even one of another rank',
      [3, 4],
      // exp(x)² summed over rows, squared: the gradient comes back with an axis less.
      (graph, o, x) => {
        const exponential = graph.add('Exp', [o.mul(x, 0.5)]);
        const rows = o.reduceSum(o.mul(exponential, exponential), [1], false);
        return o.reduceSum(o.mul(rows, rows), [0], false);
      },
      'Exp',
    ],
    [
      'that is there when the first of several reads it: of both bounds of Clip, one is behind the other',
      [3, 4],
      (graph, o, x) => {
        const clipped = graph.add('Clip', [
          o.mul(x, 3),
          ...[-1, 1].map((bound) => graph.constant('float32', [bound], [])),
        ]);
        return o.reduceSum(o.mul(clipped, clipped), [0, 1], false);
      },
      'Mul',
    ],
  ])('of any graph: what is computed again waits for the gradient, %s', async (_, shape, append, computedAgain) => {
    const graph = new Graph('g');
    const x = graph.input('x', 'float32', shape);
    const of = append(graph, new Operators(graph), x);
    const [gradient] = differentiate(graph, { of, wrt: [x] });
    graph.output(of, 'loss');
    graph.output(gradient!, 'dx');
    const recomputed = recomputeWithin(graph, 'loss');
    expect(again(recomputed)).toContain(computedAgain);
    const values = Float32Array.from({ length: 12 }, () => uniform(-1, 1));
    const results = [];
    for (const model of [graph, recomputed]) {
      const session = await openSession(encodeModel(model, { openSides: true }));
      const { loss, dx } = await session.run({ x: new Tensor('float32', values, shape) });
      await session.release();
      results.push([loss!.data, dx!.data]);
    }
    expect(results[1]).toEqual(results[0]);
  });
});
