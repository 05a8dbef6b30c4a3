import { describe, test } from '@jest/globals';
import { expectGradient, type Input } from '../central-differences.js';

describe('Det', () => {
  test.each([[[1, 1]], [[2, 2]], [[2, 4, 4]]])('of %j', async (shape) => {
    await expectGradient('Det', [{ shape }], { smooth: true, step: 1 / 32 });
  });
  test('of a singular matrix', async () => {
    await expectGradient('Det', [{ shape: [2, 2], values: [1, 2, 2, 4] }], { smooth: true });
  });
});

describe('DFT', () => {
  const scalar = (value: number): Input => ({ shape: [], values: [value], dtype: 'int64' });
  const double = { dtype: 'float64' } as const;

  test.each([
    [[2, 5, 1], {}],
    [[2, 5, 2], {}],
    [[2, 5, 2], { inverse: 1 }],
    [[2, 6, 1], { onesided: 1 }],
    [[1, 5, 1], { onesided: 1 }],
  ])('of %j, %j', async (shape, attributes) => {
    await expectGradient('DFT', [{ shape }], { opset: 17, attributes, ...double });
  });

  test.each([3, 7])('of %i elements, whatever there are', async (length) => {
    await expectGradient('DFT', [{ shape: [2, 5, 2] }, scalar(length)], { opset: 17, ...double });
  });

  test('along another axis, an attribute or an input', async () => {
    await expectGradient('DFT', [{ shape: [2, 5, 3, 2] }], { opset: 17, attributes: { axis: 1 }, ...double });
    const missing: Input = { shape: [], missing: true };
    await expectGradient('DFT', [{ shape: [2, 5, 3, 2] }, missing, scalar(1)], { opset: 20, ...double });
  });
});

describe('STFT', () => {
  const ints = (...values: number[]): Input => ({
    shape: values.length === 1 ? [] : [values.length],
    values,
    dtype: 'int64',
  });
  const missing: Input = { shape: [], missing: true };
  const check = { opset: 17, dtype: 'float64' } as const;

  test('with a window, and without', async () => {
    await expectGradient('STFT', [{ shape: [2, 11, 1] }, ints(3), { shape: [4] }], check);
    await expectGradient('STFT', [{ shape: [2, 11, 1] }, ints(2), missing, ints(5)], check);
  });

  test('of complex signals, both sides', async () => {
    const inputs = [{ shape: [1, 9, 2] }, ints(3), missing, ints(4)];
    await expectGradient('STFT', inputs, { ...check, attributes: { onesided: 0 } });
  });
});
