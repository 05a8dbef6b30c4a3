import { describe, test } from '@jest/globals';
import { expectGradient } from '../central-differences.js';

const x = { shape: [2, 3, 4] };
const double = { dtype: 'float64' } as const;

describe.each([0, 1])('keepdims %i', (keepdims) => {
  test.each([[[0]], [[1, -1]], [[0, 1, 2]]])('ReduceSum over %j, an input', async (axes) => {
    const constant = { shape: [axes.length], values: axes, dtype: 'int64' } as const;
    await expectGradient('ReduceSum', [x, constant], { attributes: { keepdims }, ...double });
  });

  test.each(['ReduceMean', 'ReduceSumSquare'])('%s over axes, an attribute', async (opType) => {
    await expectGradient(opType, [x], { attributes: { keepdims, axes: [-2, 0] }, ...double });
  });

  test.each(['ReduceSum', 'ReduceMean', 'ReduceSumSquare'])('%s of everything', async (opType) => {
    await expectGradient(opType, [x], { attributes: { keepdims }, ...double });
  });
});

test('ReduceSum over no axes at all', async () => {
  const none = { shape: [0], values: [], dtype: 'int64' } as const;
  await expectGradient('ReduceSum', [x, none], { attributes: { noop_with_empty_axes: 1 }, ...double });
});
