import { describe, expect, test } from '@jest/globals';
import { differentiate } from '../../../../src/onnx/gradient/differentiate.js';
import { Graph } from '../../../../src/onnx/graph.js';
import { encodeModel } from '../../../../src/onnx/model.js';
import type { Attributes } from '../../../../src/onnx/node.js';
import { Operators } from '../../../../src/onnx/operators.js';
import { openSession, Tensor } from '../../../../src/runtime/session.js';
import { distinct, integer } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

const geometries: [string, number[], Attributes][] = [
  ['as in VGG, even sides', [1, 2, 4, 6], { kernel_shape: [2, 2], strides: [2, 2] }],
  ['as in VGG, odd sides', [1, 2, 5, 7], { kernel_shape: [2, 2], strides: [2, 2] }],
  ['several images', [3, 2, 5, 4], { kernel_shape: [2, 2], strides: [2, 2] }],
  ['windows apart', [1, 1, 7, 8], { kernel_shape: [2, 1], strides: [3, 2] }],
  ['windows that overlap', [1, 2, 6, 7], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ['stride 1', [2, 1, 4, 5], { kernel_shape: [3, 2] }],
  ['padded, disjoint', [1, 2, 5, 5], { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 1, 0, 0] }],
  ['uneven padding', [1, 1, 6, 5], { kernel_shape: [3, 3], strides: [2, 1], pads: [0, 1, 2, 0] }],
  ['ceil_mode, disjoint', [1, 2, 5, 7], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }],
  ['ceil_mode, overlapping', [1, 2, 6, 6], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }],
  ['SAME_UPPER', [1, 1, 5, 6], { kernel_shape: [3, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }],
  ['one dimension', [2, 2, 9], { kernel_shape: [3], strides: [2] }],
  ['three dimensions', [1, 1, 4, 3, 5], { kernel_shape: [2, 2, 2], strides: [2, 1, 2] }],
];

describe('MaxPool', () => {
  test.each(geometries)('%s', async (_, shape, attributes) => {
    await expectGradient('MaxPool', [{ shape, values: distinct(shape) }], { attributes });
  });

  test('dilation', async () => {
    const attributes = { kernel_shape: [2, 3], dilations: [2, 2], strides: [2, 1], pads: [1, 0, 0, 1] };
    await expectGradient('MaxPool', [{ shape: [1, 2, 6, 7], values: distinct([1, 2, 6, 7]) }], { attributes });
  });

  test('twenty random geometries', async () => {
    for (let i = 0; i < 20; i++) {
      const kernel = [integer(1, 3), integer(1, 3)];
      const shape = [integer(1, 2), integer(1, 2), integer(4, 7), integer(4, 7)];
      const attributes = {
        kernel_shape: kernel,
        strides: [integer(1, 3), integer(1, 3)],
        pads: [...kernel, ...kernel].map((side) => integer(0, side - 1)),
        ceil_mode: integer(0, 1),
      };
      await expectGradient('MaxPool', [{ shape, values: distinct(shape) }], { attributes });
    }
  });

  test.each([
    ['disjoint', 2, [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]],
    ['overlapping', 1, [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0]],
  ])('on uniform input the first of each window, row-major, takes it all: %s', async (_, stride, expected) => {
    const graph = new Graph('uniform');
    const x = graph.input('x', 'float32', [1, 1, 4, 4]);
    const y = graph.add('MaxPool', [x], { kernel_shape: [2, 2], strides: [stride, stride] });
    const sum = new Operators(graph).reduceSum(y, [0, 1, 2, 3], false);
    graph.output(differentiate(graph, { of: sum, wrt: [x] })[0]!, 'gradient');
    const session = await openSession(encodeModel(graph));
    const { gradient } = await session.run({ x: new Tensor('float32', new Float32Array(16).fill(3), [1, 1, 4, 4]) });
    expect(Array.from(gradient!.data as Float32Array)).toEqual(expected);
  });
});

describe('AveragePool', () => {
  describe.each([0, 1])('count_include_pad %i', (count_include_pad) => {
    test.each(geometries)('%s', async (_, shape, attributes) => {
      await expectGradient('AveragePool', [{ shape }], { attributes: { ...attributes, count_include_pad } });
    });
  });

  test('twenty random geometries', async () => {
    for (let i = 0; i < 20; i++) {
      const kernel = [integer(1, 3), integer(1, 3)];
      const attributes = {
        kernel_shape: kernel,
        strides: [integer(1, 3), integer(1, 3)],
        pads: [...kernel, ...kernel].map((side) => integer(0, side - 1)),
        ceil_mode: integer(0, 1),
        count_include_pad: integer(0, 1),
      };
      await expectGradient('AveragePool', [{ shape: [1, 2, integer(4, 7), integer(4, 7)] }], { attributes });
    }
  });
});

test.each([[[2, 3, 4, 5]], [[1, 2, 7]]])('GlobalAveragePool of %j', async (shape) => {
  await expectGradient('GlobalAveragePool', [{ shape }]);
});
