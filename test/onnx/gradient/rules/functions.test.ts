import { describe, test } from '@jest/globals';
import { uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

const inside = { shape: [3, 4], values: uniforms([3, 4], -0.6, 0.6) };

describe.each([[false], [true]])('elementary functions, second derivative %s', (second) => {
  test.each(['Sin', 'Cos'])('%s', async (opType) => {
    await expectGradient(opType, [inside], { dtype: 'float64', second });
  });
  test.each(['Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Atanh', 'Erf'])('%s', async (opType) => {
    await expectGradient(opType, [inside], { smooth: true, step: 1 / 64, second });
  });
  test('Acosh', async () => {
    const x = { shape: [6], values: uniforms([6], 2, 3) };
    await expectGradient('Acosh', [x], { smooth: true, step: 1 / 32, second });
  });
  test('Reciprocal', async () => {
    await expectGradient('Reciprocal', [{ shape: [6], values: uniforms([6], 1, 2) }], { dtype: 'float64', second });
  });
});
