import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators, type Value } from '../../../../src/onnx/index.js';
import { dtypeNumber, sizeOf } from '../../../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { distinct, uniforms } from '../../../support/random.js';
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

  test.each(['Min', 'Max'])('%s of three, of one', async (opType) => {
    const values = (shape: number[]) => distinct([20]).slice(0, sizeOf(shape));
    const inputs = [[2, 3], [3], [2, 1]].map((shape) => ({ shape, values: values(shape) }));
    await expectGradient(opType, inputs, { dtype: 'float64' });
    await expectGradient(opType, [{ shape: [2, 3] }], { dtype: 'float64' });
  });

  test('Mean of three', async () => {
    await expectGradient('Mean', [{ shape: [2, 3] }, { shape: [3] }, { shape: [2, 1] }]);
  });

  test('Mod, of signs that differ', async () => {
    const [a, b] = [
      { shape: [6], values: [5.3, -5.3, 5.3, -5.3, 0.4, 7.7] },
      { shape: [6], values: [2, 2, -2, -2, 3, 1.2] },
    ];
    await expectGradient('Mod', [a, b], { attributes: { fmod: 1 }, dtype: 'float64' });
    await expectGradient('Mod', [a, b], { attributes: { fmod: 1 }, dtype: 'float64', second: true });
  });

  test('CastLike, whose second input only has a type', async () => {
    const like = { shape: [1], values: [1], dtype: 'float64' } as const;
    await expectGradient('CastLike', [{ shape: [2, 3] }, like]);
  });

  test('Sum of three', async () => {
    await expectGradient('Sum', [{ shape: [2, 3] }, { shape: [3] }, { shape: [2, 1] }], { dtype: 'float64' });
  });
});

describe('where two rules of calculus meet', () => {
  const gradientsOf = async (opType: string, a: number[], b: number[]) => {
    const graph = new Graph('g');
    const names = ['a', 'b'].map((name) => graph.input(name, 'float64', [a.length])) as [Value, Value];
    const of = new Operators(graph).reduceSum(graph.add(opType, names), [0], false);
    const made = differentiate(graph, { of, wrt: names });
    made.forEach((gradient, i) => {
      graph.output(gradient, `d${i}`);
    });
    const session = await openSession(encodeModel(graph));
    const feed = (values: number[]) => new Tensor('float64', Float64Array.from(values), [a.length]);
    const found = await session.run({ a: feed(a), b: feed(b) });
    return made.map((_, i) => Array.from(found[`d${i}`]!.data as Float64Array));
  };

  test('equal extrema share what comes back, as in PyTorch', async () => {
    expect(await gradientsOf('Max', [1, 2], [1, 1])).toEqual([
      [0.5, 1],
      [0.5, 0],
    ]);
  });

  test('of a square takes no power', () => {
    const graph = new Graph('square');
    const square = graph.add('Pow', [graph.input('x', 'float32', []), graph.constant('float32', [2], [])]);
    graph.output(differentiate(graph, { of: square, wrt: ['x'] })[0]!);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Pow', 'Mul', 'Mul']);
  });

  test('zero to the power of zero, of one and of two', async () => {
    expect(await gradientsOf('Pow', [0, 0, 0], [0, 1, 2])).toEqual([
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });
});
