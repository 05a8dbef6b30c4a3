import { describe, test } from '@jest/globals';
import { distinct, uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

test('GlobalMaxPool', async () => {
  const x = { shape: [2, 2, 3, 4], values: distinct([2, 2, 3, 4]) };
  await expectGradient('GlobalMaxPool', [x]);
});

const x = { shape: [2, 2, 5, 6], values: uniforms([2, 2, 5, 6]).map((value) => value + 0.3 * Math.sign(value)) };
const smooth = { smooth: true, step: 1 / 64 };

describe.each([1, 2, 3])('p %i', (p) => {
  test('GlobalLpPool', async () => {
    await expectGradient('GlobalLpPool', [x], { attributes: { p }, ...smooth });
  });

  test.each([
    [{ kernel_shape: [2, 3] }, 13],
    [{ kernel_shape: [2, 2], strides: [2, 2], pads: [1, 0, 0, 1] }, 13],
    [{ kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }, 13],
    [{ kernel_shape: [2, 2], dilations: [2, 1] }, 18],
    [{ kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }, 18],
  ])('LpPool %j', async (attributes, opset) => {
    await expectGradient('LpPool', [x], { attributes: { p, ...attributes }, opset, ...smooth });
  });
});

test('MaxUnpool', async () => {
  const indices = { shape: [1, 1, 2, 2], values: [5, 7, 13, 15], dtype: 'int64' } as const;
  const shape = { shape: [4], values: [1, 1, 4, 4], dtype: 'int64' } as const;
  const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
  await expectGradient('MaxUnpool', [{ shape: [1, 1, 2, 2] }, indices, shape], { attributes });
});
