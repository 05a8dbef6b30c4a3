import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators } from '../../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

const float = (value: number) => ({ float: value });
/** Away from a bend at zero by more than the differences reach. */
const values = (shape: number[], least = 0.2) => uniforms(shape, -2, 2).map((x) => x + least * Math.sign(x));
const bent = { shape: [3, 7], values: values([3, 7]) };
const smooth = { smooth: true, step: 1 / 32 };

describe('activations with a bend at zero', () => {
  test.each([undefined, 0.3, 2])('Elu, alpha %s', async (alpha) => {
    await expectGradient('Elu', [bent], { attributes: alpha ? { alpha: float(alpha) } : {}, ...smooth });
  });
  test.each([undefined, 0.3, 2])('Celu, alpha %s', async (alpha) => {
    await expectGradient('Celu', [bent], { attributes: alpha ? { alpha: float(alpha) } : {}, ...smooth });
  });
  test.each([[{}], [{ alpha: float(1.2), gamma: float(0.7) }]])('Selu %j', async (attributes) => {
    await expectGradient('Selu', [bent], { attributes, ...smooth });
  });
  test.each([undefined, 0.3, 2])('LeakyRelu, alpha %s', async (alpha) => {
    await expectGradient('LeakyRelu', [bent], { attributes: alpha ? { alpha: float(alpha) } : {}, step: 0.05 });
  });
  test('PRelu, a slope for each channel', async () => {
    const x = { shape: [2, 3, 4], values: values([2, 3, 4]) };
    await expectGradient('PRelu', [x, { shape: [3, 1] }], { step: 0.05 });
  });
});

describe('activations with bends elsewhere', () => {
  test('ThresholdedRelu', async () => {
    const x = { shape: [9], values: [-2, -0.4, 0.5, 0.7, 0.8, 1.3, 1.4, 1.7, 2] };
    await expectGradient('ThresholdedRelu', [x], { step: 0.05 });
    await expectGradient('ThresholdedRelu', [x], { attributes: { alpha: float(0.6) }, step: 0.05 });
  });
  test('HardSigmoid', async () => {
    const x = { shape: [7], values: [-4, -2.7, -2, 0.1, 1.9, 2.7, 5] };
    await expectGradient('HardSigmoid', [x], { step: 0.05 });
    await expectGradient('HardSigmoid', [x], { attributes: { alpha: float(0.3), beta: float(0.4) }, step: 0.05 });
  });
  test('HardSwish', async () => {
    await expectGradient('HardSwish', [{ shape: [6], values: [-4, -2.7, -0.5, 1.9, 2.7, 5] }], { step: 0.05 });
  });
  test('Shrink', async () => {
    const x = { shape: [6], values: [-4, -0.7, -0.1, 0.2, 0.7, 5] };
    await expectGradient('Shrink', [x], { attributes: { bias: float(0.5) }, step: 0.05 });
  });
});

describe('smooth activations', () => {
  test('Softplus', async () => {
    await expectGradient('Softplus', [{ shape: [3, 5] }], smooth);
    await expectGradient('Softplus', [{ shape: [3] }], { ...smooth, second: true });
  });
  test('Softsign', async () => {
    await expectGradient('Softsign', [bent], smooth);
  });
  test('Mish', async () => {
    await expectGradient('Mish', [{ shape: [3, 5] }], { opset: 18, dtype: 'float64' });
  });
  test.each(['none', 'tanh'])('Gelu, approximate %s', async (approximate) => {
    await expectGradient('Gelu', [{ shape: [3, 5] }], { opset: 20, attributes: { approximate }, ...smooth });
  });
  test.each(['Softmax', 'LogSoftmax'])('%s over any axis', async (opType) => {
    for (const axis of [0, 1, -1]) {
      await expectGradient(opType, [{ shape: [2, 3, 4] }], { attributes: { axis }, dtype: 'float64' });
    }
    await expectGradient(opType, [{ shape: [2, 3, 4] }], { dtype: 'float64' });
  });
});

describe('second derivatives', () => {
  test.each(['Softmax', 'LogSoftmax'])('%s', async (opType) => {
    await expectGradient(opType, [{ shape: [2, 3] }], { second: true, dtype: 'float64' });
  });
  test('Mish', async () => {
    await expectGradient('Mish', [{ shape: [5] }], { second: true, opset: 18, dtype: 'float64' });
  });
  test.each(['Elu', 'Selu', 'Celu', 'Softsign'])('%s', async (opType) => {
    await expectGradient(opType, [bent], { second: true, ...smooth });
  });
});

test('at a bend the slope is that of PyTorch', async () => {
  const slopeAt = async (opType: string, at: number, attributes = {}) => {
    const graph = new Graph('g');
    const x = graph.input('x', 'float32', [1]);
    const of = new Operators(graph).reduceSum(graph.add(opType, [x], attributes), [0], false);
    graph.output(differentiate(graph, { of, wrt: [x] })[0], 'dx');
    const session = await openSession(encodeModel(graph));
    return (await session.run({ x: new Tensor('float32', [at], [1]) })).dx!.data[0];
  };
  expect(await slopeAt('Relu', 0)).toBe(0);
  expect(await slopeAt('LeakyRelu', 0, { alpha: float(0.25) })).toBe(0.25);
  expect(await slopeAt('Elu', 0)).toBe(1);
  expect(await slopeAt('HardSwish', -3)).toBe(-0.5);
  expect(await slopeAt('HardSwish', 3)).toBe(1.5);
  expect(await slopeAt('Abs', 0)).toBe(0);
});
