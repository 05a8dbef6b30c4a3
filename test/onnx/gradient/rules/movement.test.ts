import { describe, test } from '@jest/globals';
import { expectGradient, type Input } from '../central-differences.js';

const ints = (...values: number[]): Input => ({ shape: [values.length], values, dtype: 'int64' });
const double = { dtype: 'float64' } as const;

test.each([[[6, 4]], [[-1, 3]], [[0, 2, -1]], [[24]]])('Reshape to %j', async (shape) => {
  await expectGradient('Reshape', [{ shape: [2, 3, 4] }, ints(...shape)], double);
});

test.each([0, 1, -1, 3])('Flatten at axis %i', async (axis) => {
  await expectGradient('Flatten', [{ shape: [2, 3, 4] }], { attributes: { axis }, ...double });
});

describe('Transpose', () => {
  test.each([[[2, 0, 1]], [[1, 0, 2]], [[0, 1, 2]]])('to the order %j', async (perm) => {
    await expectGradient('Transpose', [{ shape: [2, 3, 4] }], { attributes: { perm }, ...double });
  });

  test('reversed, where no order is given', async () => {
    await expectGradient('Transpose', [{ shape: [2, 3, 4] }], double);
  });
});

test.each([0, 1, -1])('Concat on axis %i', async (axis) => {
  const side = (length: number) => [2, 3, 4].map((other, i) => (i === (axis + 3) % 3 ? length : other));
  const inputs = [1, 3, 2].map((length) => ({ shape: side(length) }));
  await expectGradient('Concat', inputs, { attributes: { axis }, ...double });
});

describe('Slice', () => {
  test.each<[string, Input[]]>([
    ['from the front', [ints(1), ints(4)]],
    ['on chosen axes', [ints(1, 0), ints(3, 2), ints(2, 0)]],
    ['counted from the end', [ints(-3), ints(-1), ints(-1)]],
    ['past the end', [ints(2), ints(1000), ints(1)]],
    ['with steps', [ints(0, 1), ints(5, 7), ints(0, 1), ints(2, 3)]],
    ['backwards', [ints(-1), ints(-1000), ints(1), ints(-1)]],
    ['backwards with steps', [ints(4, 5), ints(0, -1000), ints(0, 1), ints(-3, -2)]],
  ])('%s', async (_, bounds) => {
    await expectGradient('Slice', [{ shape: [5, 7, 3] }, ...bounds], double);
  });
});

describe('Pad', () => {
  test.each([
    ['on all sides', [1, 0, 2, 3]],
    ['cutting off', [-1, 2, 0, -2]],
  ])('with zeros, %s', async (_, pads) => {
    await expectGradient('Pad', [{ shape: [3, 4] }, ints(...pads)], double);
  });

  test('with another constant', async () => {
    await expectGradient(
      'Pad',
      [{ shape: [3, 4] }, ints(1, 1, 1, 1), { shape: [], values: [7], constant: true }],
      double,
    );
  });

  test.each(['reflect', 'edge'])('%s', async (mode) => {
    await expectGradient('Pad', [{ shape: [2, 4, 5] }, ints(0, 2, 3, 0, 1, 4)], { attributes: { mode }, ...double });
  });
});

test('Squeeze some axes', async () => {
  await expectGradient('Squeeze', [{ shape: [1, 3, 1, 4] }, ints(-2)], double);
});

test('Squeeze every axis of 1', async () => {
  await expectGradient('Squeeze', [{ shape: [1, 3, 1, 4] }], double);
});

test('Unsqueeze', async () => {
  await expectGradient('Unsqueeze', [{ shape: [3, 4] }, ints(0, -1)], double);
});

test('Expand', async () => {
  await expectGradient('Expand', [{ shape: [3, 1] }, ints(2, 3, 4)], double);
});
