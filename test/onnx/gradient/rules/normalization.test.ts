import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators, tensor } from '../../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { uniforms } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

const double = { dtype: 'float64' } as const;
const positive = (shape: number[]) => ({ shape, values: uniforms(shape, 0.5, 2) });

describe('BatchNormalization', () => {
  const inputs = (shape: number[]) => [{ shape }, ...Array(3).fill({ shape: [shape[1]!] }), positive([shape[1]!])];

  test.each([[[2, 3, 2, 2]], [[4, 3]], [[2, 3, 4]]])('in use, over %j', async (shape) => {
    await expectGradient('BatchNormalization', inputs(shape), { attributes: { epsilon: { float: 0.1 } }, ...double });
  });

  test.each([[[2, 3, 2, 2]], [[4, 3]]])('in training over %j, with the running statistics', async (shape) => {
    const attributes = { training_mode: 1, momentum: { float: 0.75 } };
    await expectGradient('BatchNormalization', inputs(shape), { attributes, outputs: 3, smooth: true });
  });

  test('twice', async () => {
    await expectGradient('BatchNormalization', inputs([3, 2]), { second: true, ...double });
  });
});

describe('LayerNormalization', () => {
  test.each([-1, 1, 0, -2])('from axis %i on', async (axis) => {
    const shape = [2, 3, 4];
    const normal = shape.slice(axis);
    const inputs = [{ shape }, { shape: normal }, { shape: normal }];
    await expectGradient('LayerNormalization', inputs, { opset: 17, attributes: { axis }, ...double });
  });

  test('without a bias, with mean and deviation', async () => {
    const inputs = [{ shape: [3, 4] }, { shape: [4] }];
    await expectGradient('LayerNormalization', inputs, { opset: 17, ...double });
    const spread = [{ shape: [3, 4], values: uniforms([3, 4], -3, 3) }, { shape: [4] }];
    await expectGradient('LayerNormalization', spread, { opset: 17, outputs: 3, smooth: true, step: 1 / 64 });
  });

  test('twice', async () => {
    const inputs = [{ shape: [2, 3] }, { shape: [3] }];
    await expectGradient('LayerNormalization', inputs, { opset: 17, second: true, ...double });
  });
});

test.each([[[2, 3, 4]], [[1, 2, 3, 2]]])('InstanceNormalization of %j', async (shape) => {
  const inputs = [{ shape }, { shape: [shape[1]!] }, { shape: [shape[1]!] }];
  await expectGradient('InstanceNormalization', inputs, { smooth: true, step: 1 / 64 });
});

describe('GroupNormalization', () => {
  test.each([
    [18, 2],
    [21, 4],
  ])('of operator set %i, whose scale has %i numbers', async (opset, count) => {
    const inputs = [{ shape: [2, 4, 3] }, { shape: [count] }, { shape: [count] }];
    await expectGradient('GroupNormalization', inputs, {
      opset,
      attributes: { num_groups: 2 },
      smooth: true,
      step: 1 / 64,
    });
  });
});

test('MeanVarianceNormalization', async () => {
  const check = { smooth: true, step: 1 / 64 };
  await expectGradient('MeanVarianceNormalization', [{ shape: [2, 2, 2, 3] }], check);
  await expectGradient('MeanVarianceNormalization', [{ shape: [2, 3] }], { attributes: { axes: [1] }, ...check });
});

describe('LpNormalization', () => {
  test.each([
    [1, 0],
    [2, -1],
    [1, 2],
    [2, 1],
  ])('p %i over axis %i', async (p, axis) => {
    await expectGradient('LpNormalization', [{ shape: [2, 3, 4] }], { attributes: { p, axis }, ...double });
  });
});

test.each([1, 3, 5])('LRN over %i channels', async (size) => {
  const attributes = { size, alpha: { float: 0.5 }, beta: { float: 0.6 }, bias: { float: 1.5 } };
  await expectGradient('LRN', [{ shape: [2, 5, 2, 2] }], { attributes, smooth: true });
});

describe('at a vector of zeros a norm has the gradient zero, as in PyTorch', () => {
  test.each(['ReduceL2', 'LpNormalization', 'a Sqrt of squares', 'a Sqrt of Pow', 'ReduceL1'])('%s', async (name) => {
    const graph = new Graph('g');
    const o = new Operators(graph);
    const x = graph.input('x', 'float64', [2, 3]);
    const two = graph.initializer('two', tensor('float64', [2], []));
    const y = {
      ReduceL2: () => graph.add('ReduceL2', [x], { axes: [1] }),
      ReduceL1: () => graph.add('ReduceL1', [x], { axes: [1] }),
      LpNormalization: () => graph.add('LpNormalization', [x]),
      'a Sqrt of squares': () => o.sqrt(o.reduceSum(o.mul(x, x), [1], true)),
      'a Sqrt of Pow': () => o.sqrt(o.reduceSum(o.pow(x, two), [1], true)),
    }[name]!();
    const of = o.reduceSum(y, [...graph.shape(y).keys()], false);
    graph.output(differentiate(graph, { of, wrt: [x] })[0], 'dx');
    const session = await openSession(encodeModel(graph));
    const found = await session.run({ x: new Tensor('float64', Float64Array.of(0, 0, 0, 3, 4, 0), [2, 3]) });
    const dx = Array.from(found.dx!.data as Float64Array);
    expect(dx.slice(0, 3)).toEqual([0, 0, 0]);
    expect(dx.slice(3).every(Number.isFinite)).toBe(true);
  });
});
