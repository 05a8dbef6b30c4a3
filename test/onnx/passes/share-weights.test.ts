import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators, tensor } from '../../../src/onnx/index.js';
import { shareWeights } from '../../../src/onnx/passes/share-weights.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';
import { relativeError } from '../../support/relative-error.js';

type Layer = (graph: Graph, x: string, weight: string, bias: string) => string;

/** A layer of 512 × 513 numbers, a mebibyte and more, and the gradient of the sum of its squares in x. */
function dense(layer: Layer, xShape: number[], weightShape: number[]): Graph {
  const graph = new Graph('dense');
  const x = graph.input('x', 'float32', xShape);
  const weight = graph.initializer('weight', tensor('float32', uniforms(weightShape), weightShape));
  const y = layer(graph, x, weight, graph.initializer('bias', tensor('float32', uniforms([513]), [513])));
  const loss = graph.add('ReduceSumSquare', [y], { keepdims: 0 });
  graph.output(differentiate(graph, { of: loss, wrt: ['x'] })[0]!, 'gradient');
  return graph;
}

const matMul: Layer = (graph, x, weight, bias) => new Operators(graph).add(graph.add('MatMul', [x, weight]), bias);
const gemm: Layer = (graph, x, weight, bias) => graph.add('Gemm', [x, weight, bias], { transB: 1 });

/** Which operands the weights themselves are, of which operators. */
const uses = ({ nodes }: Graph): string[] =>
  nodes.flatMap(({ opType, inputs }) => (inputs.includes('weight') ? [`${opType} ${inputs.indexOf('weight')}`] : []));

describe('shareWeights', () => {
  test.each<[string, Layer, number[], number[], string[]]>([
    ['one row, MatMul', matMul, [1, 512], [512, 513], ['Gemm 0', 'Gemm 0']],
    ['one row, Gemm', gemm, [1, 512], [513, 512], ['Gemm 0', 'Gemm 0']],
    ['rows in batches, of which the way back transposes', matMul, [2, 3, 512], [512, 513], ['MatMul 1', 'Gemm 1']],
    ['many rows', matMul, [2, 64, 512], [512, 513], ['MatMul 1', 'Gemm 1']],
    ['many rows, Gemm', gemm, [128, 512], [513, 512], ['Gemm 1', 'Gemm 1']],
  ])('reads one constant both ways: %s', async (_, layer, x, weight, expected) => {
    const graph = dense(layer, x, weight);
    const shared = shareWeights(graph);
    expect(uses(shared)).toEqual(expected);
    const feeds = { x: new Tensor('float32', uniforms(x), x) };
    const results: Float32Array[] = [];
    for (const made of [graph, shared]) {
      const session = await openSession(encodeModel(made));
      const { gradient } = await session.run(feeds);
      expect(gradient!.dims).toEqual(x);
      results.push(gradient!.data as Float32Array);
      await session.release();
    }
    // Sums of 513 products in another order: float32 keeps 1e-7 of each.
    expect(relativeError(results[1]!, results[0]!)).toBeLessThan(2e-6);
  });

  test('keeps no copies of weights that many rows are multiplied by, forth and back: they are defaults', () => {
    const isDefault = (layer: Layer, x: number[], weight: number[]) =>
      shareWeights(dense(layer, x, weight)).initializers.get('weight')!.isDefault ?? false;
    expect(isDefault(matMul, [2, 64, 512], [512, 513])).toBe(true);
    expect(isDefault(gemm, [128, 512], [513, 512])).toBe(true);
    // Where packing takes longer than the product.
    expect(isDefault(matMul, [2, 63, 512], [512, 513])).toBe(false);
    const forth = new Graph('forth');
    const weight = forth.initializer('weight', tensor('float32', uniforms([512, 513]), [512, 513]));
    forth.output(forth.add('MatMul', [forth.input('x', 'float32', [128, 512]), weight]), 'y');
    expect(shareWeights(forth)).toBe(forth);
  });

  test('leaves small weights, several rows of Gemm, and what is scaled', () => {
    const small = new Graph('small');
    const kernel = small.initializer('weight', tensor('float32', uniforms([8, 8]), [8, 8]));
    small.output(small.add('MatMul', [small.input('x', 'float32', [1, 8]), kernel]), 'y');
    const scaled: Layer = (graph, x, weight) => graph.add('Gemm', [x, weight], { transB: 1, alpha: { float: 2 } });
    for (const graph of [small, dense(gemm, [2, 512], [513, 512]), dense(scaled, [1, 512], [513, 512])]) {
      expect(shareWeights(graph)).toBe(graph);
    }
  });
});
