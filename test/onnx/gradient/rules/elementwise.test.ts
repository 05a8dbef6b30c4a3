import { describe, test } from '@jest/globals';
import { dtypeNumber } from '../../../../src/onnx/tensor.js';
import { uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

/** Values of both signs, at least 0.1 away from zero. */
const awayFromZero = (shape: number[]) => uniforms(shape).map((value) => value + 0.1 * Math.sign(value));
const positive = (shape: number[]) => uniforms(shape, 0.3, 2);

describe('one input, element by element', () => {
  test.each(['Neg', 'Exp', 'Sigmoid', 'Tanh', 'Identity'])('%s', async (opType) => {
    await expectGradient(opType, [{ shape: [3, 5] }], { dtype: 'float64' });
  });

  test.each(['Abs', 'Relu'])('%s', async (opType) => {
    await expectGradient(opType, [{ shape: [2, 3, 5], values: awayFromZero([2, 3, 5]) }], { dtype: 'float64' });
  });

  test.each(['Sqrt', 'Log'])('%s', async (opType) => {
    await expectGradient(opType, [{ shape: [7], values: positive([7]) }], { dtype: 'float64' });
  });

  test('Relu without Sign', async () => {
    await expectGradient('Relu', [{ shape: [3, 4], values: awayFromZero([3, 4]) }], { step: 0.05, target: 'webgpu' });
    await expectGradient('Abs', [{ shape: [3, 4], values: awayFromZero([3, 4]) }], { step: 0.05, target: 'webgpu' });
  });

  test.each([undefined, 0.3, 2])('LeakyRelu, alpha %s', async (alpha) => {
    const attributes = alpha === undefined ? {} : { alpha: { float: alpha } };
    await expectGradient('LeakyRelu', [{ shape: [3, 4], values: awayFromZero([3, 4]) }], { attributes, step: 0.05 });
  });

  test('Cast there and back', async () => {
    await expectGradient('Cast', [{ shape: [3, 4] }], { attributes: { to: dtypeNumber('float64') } });
  });

  test('a scalar', async () => {
    await expectGradient('Tanh', [{ shape: [] }], { dtype: 'float64' });
  });
});

describe('Clip', () => {
  const x = {
    shape: [4, 5],
    values: [...uniforms([10], -3, -1.2), ...uniforms([4], -0.8, 0.6), ...uniforms([6], 0.9, 3)],
  };

  test('to both bounds, which have gradients too', async () => {
    await expectGradient('Clip', [x, { shape: [], values: [-1] }, { shape: [], values: [0.75] }], { dtype: 'float64' });
  });

  test('to a lower bound only', async () => {
    await expectGradient('Clip', [x, { shape: [], values: [-1] }], { dtype: 'float64' });
  });
});

describe('two inputs that broadcast', () => {
  const shapes = [
    [
      [3, 5],
      [3, 5],
    ],
    [[2, 3, 5], [5]],
    [
      [3, 1],
      [2, 3, 5],
    ],
    [
      [2, 1, 5],
      [3, 1],
    ],
    [[], [2, 3]],
    [
      [1, 1],
      [2, 3],
    ],
    [[4], []],
  ] as const;

  describe.each(['Add', 'Sub', 'Mul'])('%s', (opType) => {
    test.each(shapes)('[%j] and [%j]', async (a, b) => {
      await expectGradient(opType, [{ shape: a }, { shape: b }], { dtype: 'float64' });
    });
  });

  test.each(shapes)('Div [%j] and [%j]', async (a, b) => {
    await expectGradient('Div', [{ shape: a }, { shape: b, values: positive([...b]) }], { dtype: 'float64' });
  });

  test.each(shapes)('Pow [%j] and [%j]', async (a, b) => {
    await expectGradient('Pow', [{ shape: a, values: positive([...a]) }, { shape: b }], { dtype: 'float64' });
  });

  test('Pow of negative numbers to an integer exponent of an integer type', async () => {
    const exponent = { shape: [], values: [3], dtype: 'int64' } as const;
    await expectGradient('Pow', [{ shape: [2, 3] }, exponent], { dtype: 'float64' });
  });

  test('Where', async () => {
    const condition = { shape: [2, 1, 3], values: [1, 0, 1, 0, 0, 1], dtype: 'bool' } as const;
    await expectGradient('Where', [condition, { shape: [4, 3] }, { shape: [2, 4, 1] }]);
  });

  test('Sum of three', async () => {
    await expectGradient('Sum', [{ shape: [2, 3] }, { shape: [3] }, { shape: [2, 1] }], { dtype: 'float64' });
  });
});
