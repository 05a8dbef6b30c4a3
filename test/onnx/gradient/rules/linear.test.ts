import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators } from '../../../../src/onnx/index.js';
import { tensor } from '../../../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

describe('MatMul', () => {
  test.each([
    ['matrices', [3, 5], [5, 2]],
    ['batches', [4, 3, 5], [4, 5, 2]],
    ['a batch and one matrix', [4, 3, 5], [5, 2]],
    ['batches that broadcast', [2, 1, 3, 5], [4, 5, 2]],
    ['a vector on the left', [5], [5, 2]],
    ['a vector on the right', [3, 5], [5]],
    ['a batch and a vector', [4, 3, 5], [5]],
    ['a vector and a batch', [5], [4, 5, 2]],
    ['two vectors', [5], [5]],
  ])('%s', async (_, a, b) => {
    await expectGradient('MatMul', [{ shape: a }, { shape: b }], { dtype: 'float64' });
  });
});

describe('Gemm', () => {
  const transposed = [0, 1].flatMap((transA) => [0, 1].map((transB) => [transA, transB]));

  test.each(transposed)('transA %i, transB %i', async (transA, transB) => {
    const attributes = { transA: transA!, transB: transB!, alpha: { float: 0.5 }, beta: { float: 2 } };
    const shapes = [transA ? [5, 3] : [3, 5], transB ? [2, 5] : [5, 2], [2]];
    await expectGradient(
      'Gemm',
      shapes.map((shape) => ({ shape })),
      { attributes, dtype: 'float64' },
    );
  });

  test.each([[[]], [[3, 1]], [[3, 2]], [[1, 2]]])('with an addend of shape %j', async (addend) => {
    await expectGradient('Gemm', [{ shape: [3, 5] }, { shape: [5, 2] }, { shape: addend }], { dtype: 'float64' });
  });

  test('of a matrix with itself, transposed', async () => {
    const values = uniforms([3, 5]);
    const graph = new Graph('gram');
    const o = new Operators(graph);
    const a = graph.input('a', 'float64', [3, 5]);
    const w = uniforms([3, 3]);
    const weights = graph.initializer('weights', tensor('float64', w, [3, 3]));
    const gram = graph.add('Gemm', [a, a], { transB: 1, alpha: { float: 0.5 } });
    const [gradient] = differentiate(graph, { of: o.reduceSum(o.mul(gram, weights), [0, 1], false), wrt: [a] });
    graph.output(gradient, 'gradient');
    const session = await openSession(encodeModel(graph));
    const made = await session.run({ a: new Tensor('float64', Float64Array.from(values), [3, 5]) });
    // Σ wᵢⱼ aᵢ·aⱼ / 2 by aᵢₖ: Σⱼ (wᵢⱼ + wⱼᵢ) aⱼₖ / 2, in a single product.
    const expected = values.map((_, at) => {
      const [i, k] = [Math.floor(at / 5), at % 5];
      return [0, 1, 2].reduce((sum, j) => sum + ((w[3 * i + j]! + w[3 * j + i]!) * values[5 * j + k]!) / 2, 0);
    });
    (made.gradient!.data as Float64Array).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 12);
    });
    expect(graph.nodes.filter(({ opType }) => opType === 'Gemm')).toHaveLength(2);
  });

  test('without an addend', async () => {
    await expectGradient('Gemm', [{ shape: [3, 5] }, { shape: [5, 2] }], { dtype: 'float64' });
  });
});
