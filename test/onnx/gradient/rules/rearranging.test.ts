import { expect, test } from '@jest/globals';
import { differentiate, Graph, Operators } from '../../../../src/onnx/index.js';
import { expectGradient, type Input } from '../central-differences.js';

const double = { dtype: 'float64' } as const;
const ints = (...values: number[]): Input => ({ shape: [values.length], values, dtype: 'int64' });

test.each([[[2, 1, 3]], [[1, 1, 1]], [[3, 2, 2]]])('Tile by %j', async (repeats) => {
  await expectGradient('Tile', [{ shape: [2, 3, 1] }, ints(...repeats)], double);
});

test.each([-1, 0, 2])('Trilu from diagonal %i', async (k) => {
  for (const upper of [0, 1]) {
    const diagonal = { shape: [], values: [k], dtype: 'int64' } as const;
    await expectGradient('Trilu', [{ shape: [2, 3, 4] }, diagonal], { attributes: { upper }, ...double });
  }
});

test.each([0, 1])('CumSum, exclusive %i', async (exclusive) => {
  for (const reverse of [0, 1]) {
    const axis = { shape: [], values: [1], dtype: 'int64' } as const;
    await expectGradient('CumSum', [{ shape: [2, 4] }, axis], { attributes: { exclusive, reverse }, ...double });
  }
});

test.each(['DCR', 'CRD'])('DepthToSpace, mode %s', async (mode) => {
  await expectGradient('DepthToSpace', [{ shape: [2, 8, 2, 3] }], { attributes: { blocksize: 2, mode }, ...double });
});

test('SpaceToDepth', async () => {
  await expectGradient('SpaceToDepth', [{ shape: [1, 2, 4, 6] }], { attributes: { blocksize: 2 }, ...double });
});

test.each([[[5, 2]], [[2, 5]], [[4, 3]], [[1, 6]]])('CenterCropPad to %j', async (sides) => {
  await expectGradient('CenterCropPad', [{ shape: [3, 4] }, ints(...sides)], { opset: 18, ...double });
});

test.each([
  [[4, 5], [2, 2], {}, 12],
  [[4, 5], [1, 3], { pads: [0, 1, 1, 0] }, 20],
  [[5, 5], [2, 2], { strides: [2, 1], dilations: [1, 2] }, 6],
] as const)('Col2Im to %j in blocks of %j, %j', async (image, block, attributes, windows) => {
  const places = block[0] * block[1];
  const inputs = [{ shape: [2, 3 * places, windows] }, ints(...image), ints(...block)];
  await expectGradient('Col2Im', inputs, { attributes, opset: 18 });
});

test('Pad by wrapping around, and what is put into the padding', async () => {
  const pads = ints(0, 2, 1, 1);
  await expectGradient('Pad', [{ shape: [2, 3] }, pads], { attributes: { mode: 'wrap' }, opset: 19, ...double });
  await expectGradient('Pad', [{ shape: [2, 3] }, pads, { shape: [] }], double);
  await expectGradient('Pad', [{ shape: [2, 3] }, ints(0, -1, 1, 1), { shape: [] }], double);
});

test('a matrix that would take gigabytes is refused', () => {
  const graph = new Graph('g', 18);
  const x = graph.input('x', 'float32', [1, 4 * 10 ** 9, 1]);
  const [image, block] = [[2 ** 31], [2 ** 31]].map((sides) => graph.constant('int64', sides)) as [string, string];
  const y = graph.node('Col2Im', [x, image, block], {
    name: 'n',
    types: [{ dtype: 'float32', shape: [1, 2, 2 ** 31] }],
  });
  const of = new Operators(graph).reduceSum(y[0]!, [0, 1, 2], false);
  expect(() => differentiate(graph, { of, wrt: [x] })).toThrow("Col2Im node 'n': its gradient would take a constant");
});
