import { describe, test } from '@jest/globals';
import { distinct, uniforms } from '../../../support/random.js';
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

describe('norms, logarithms, products and extrema', () => {
  const axes = (opset: number) => (opset < 18 ? [{ axes: [-2, 0] }, {}] : [{}, {}]);
  const positive = { shape: [2, 3, 2], values: uniforms([2, 3, 2], 0.5, 2) };
  const spread = { shape: [2, 3, 2], values: distinct([12]) };

  test.each([
    ['ReduceL1', positive],
    ['ReduceL2', { shape: [2, 3, 2] }],
    ['ReduceLogSum', positive],
    ['ReduceLogSumExp', { shape: [2, 3, 2] }],
    ['ReduceProd', { shape: [2, 3, 2] }],
    ['ReduceMax', spread],
    ['ReduceMin', spread],
  ] as const)('%s', async (opType, input) => {
    for (const opset of [13, 18]) {
      const chosen = opset < 18 ? [] : [{ shape: [2], values: [-2, 0], dtype: 'int64' } as const];
      for (const attributes of axes(opset)) {
        const inputs = [input, ...('axes' in attributes || opset < 18 ? [] : chosen)];
        for (const keepdims of [0, 1]) {
          await expectGradient(opType, inputs, { attributes: { ...attributes, keepdims }, opset, ...double });
        }
      }
    }
  });

  test.each(['ReduceL2', 'ReduceLogSumExp', 'ReduceProd'])('%s twice', async (opType) => {
    await expectGradient(opType, [{ shape: [2, 3] }], { attributes: { axes: [1] }, second: true, ...double });
  });

  test('ReduceProd with zeros among its factors, once and twice', async () => {
    const x = { shape: [3, 3], values: [2, 0, 3, 0, 0, 5, 1, 2, 3] };
    await expectGradient('ReduceProd', [x], { attributes: { axes: [1] }, ...double });
    await expectGradient('ReduceProd', [x], { attributes: { axes: [1] }, second: true, ...double });
  });
});
