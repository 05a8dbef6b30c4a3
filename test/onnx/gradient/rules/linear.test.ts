import { describe, test } from '@jest/globals';
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

  test('without an addend', async () => {
    await expectGradient('Gemm', [{ shape: [3, 5] }, { shape: [5, 2] }], { dtype: 'float64' });
  });
});
