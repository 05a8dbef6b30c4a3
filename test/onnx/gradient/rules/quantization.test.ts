import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators, tensor } from '../../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { expectGradient } from '../central-differences.js';

describe('DequantizeLinear has a gradient in its scale', () => {
  const x = { shape: [2, 3], values: [1, 200, 3, 40, 5, 60], dtype: 'uint8' } as const;
  test.each<[string, number[], number]>([
    ['of everything', [], 0],
    ['of each place of an axis', [3], 1],
    ['of each place of another', [2], 0],
  ])('%s', async (_, shape, axis) => {
    const zero = { shape, values: shape.length === 0 ? [7] : [7, 8, 9].slice(0, shape[0]), dtype: 'uint8' } as const;
    await expectGradient('DequantizeLinear', [x, { shape }, zero], { attributes: { axis } });
    await expectGradient('DequantizeLinear', [x, { shape }], { attributes: { axis } });
  });
});

describe('what is quantized and dequantized', () => {
  const gradientOf = async (straightThrough: boolean) => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [4]);
    const scale = graph.initializer('scale', tensor('float32', [0.5], []));
    const zero = graph.initializer('zero', tensor('int8', [1], []));
    const weights = graph.initializer('weights', tensor('float32', [1, 2, 3, 4], [4]));
    const y = graph.add('DequantizeLinear', [graph.add('QuantizeLinear', [x, scale, zero]), scale, zero]);
    const of = o.reduceSum(o.mul(y, weights), [0], false);
    graph.output(differentiate(graph, { of, wrt: [x], straightThrough })[0], 'dx');
    const session = await openSession(encodeModel(graph));
    const found = await session.run({ x: new Tensor('float32', [0.3, -3, 63, 64], [4]) });
    return Array.from(found.dx!.data as Float32Array);
  };

  test('has no gradient, because it is rounded', async () => {
    expect(await gradientOf(false)).toEqual([0, 0, 0, 0]);
  });

  test('has one straight through where that is asked for, but for what saturates', async () => {
    expect(await gradientOf(true)).toEqual([1, 2, 3, 0]);
  });
});
