import { describe, expect, test } from '@jest/globals';
import { differentiate, encodeModel, Graph, Operators } from '../../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
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

describe('Gather', () => {
  test('what comes back to a row is the sum of what came back to its places', async () => {
    const graph = new Graph('gathered');
    const o = new Operators(graph);
    const x = graph.input('x', 'float32', [3, 2]);
    const rows = graph.input('rows', 'int32', [4]);
    graph.statePlaces(rows, graph.input('places', 'int32', [3, 2]));
    const weights = graph.constant('float32', [1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
    const loss = o.reduceSum(o.mul(o.gather(x, rows), weights), [1, 0], false);
    const [gradient] = differentiate(graph, { of: loss, wrt: [x] });
    graph.output(gradient, 'gradient');
    const session = await openSession(encodeModel(graph));
    const made = await session.run({
      x: new Tensor('float32', new Float32Array(6), [3, 2]),
      rows: new Tensor('int32', [2, 0, 2, 0], [4]),
      // The second row is nowhere.
      places: new Tensor('int32', [1, 3, 4, 4, 0, 2], [3, 2]),
    });
    await session.release();
    expect(made.gradient!.data).toEqual(Float32Array.of(3 + 7, 4 + 8, 0, 0, 1 + 5, 2 + 6));
  });
});
