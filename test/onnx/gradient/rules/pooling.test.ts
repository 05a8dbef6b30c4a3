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

  describe.each(['cuda', 'dml', 'webgpu'] as const)('without MaxUnpool: %s', (target) => {
    test.each([
      ...geometries,
      ['larger windows', [2, 1, 7, 6], { kernel_shape: [3, 2], strides: [3, 2] }],
      ['side by side in one dimension', [2, 2, 9], { kernel_shape: [2], strides: [2] }],
      ['side by side in three dimensions', [1, 2, 4, 3, 6], { kernel_shape: [2, 2, 3], strides: [2, 2, 3] }],
    ] as typeof geometries)('%s', async (_, shape, attributes) => {
      await expectGradient('MaxPool', [{ shape, values: distinct(shape) }], { attributes, target });
    });

    test('in float64', async () => {
      const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
      const input = { shape: [1, 2, 5, 4], values: distinct([1, 2, 5, 4]) };
      await expectGradient('MaxPool', [input], { attributes, target, dtype: 'float64' });
    });
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
    ['none that overlap', [3, 3], 1],
    ['two along one axis', [2, 3], 2],
    ['three along each axis', [1, 1], 9],
  ])('windows that share no element are unpooled at once: %s', (_, strides, groups) => {
    const graph = new Graph('groups');
    const x = graph.input('x', 'float32', [1, 1, 12, 12]);
    const y = graph.add('MaxPool', [x], { kernel_shape: [3, 3], strides });
    differentiate(graph, { of: new Operators(graph).reduceSum(y, [0, 1, 2, 3], false), wrt: [x] });
    const count = (opType: string) => graph.nodes.filter((node) => node.opType === opType).length;
    expect([count('MaxUnpool'), count('Add'), count('Pad')]).toEqual([groups, groups - 1, 0]);
  });

  test.each([undefined, 'webgpu'] as const)('of equal maxima the first takes it all, for %s', async (target) => {
    const shape = [1, 2, 5, 7];
    const graph = new Graph('ties');
    const x = graph.input('x', 'float32', shape);
    const y = graph.add('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    const o = new Operators(graph);
    const weights = Array.from({ length: 12 }, (_, i) => i + 1);
    const loss = o.reduceSum(o.mul(y, graph.constant('float32', weights, [1, 2, 2, 3])), [0, 1, 2, 3], false);
    graph.output(differentiate(graph, { of: loss, wrt: [x], target })[0]!, 'gradient');
    const session = await openSession(encodeModel(graph));
    for (let i = 0; i < 50; i++) {
      // Few values, so that most windows have ties.
      const values = Float32Array.from({ length: 70 }, () => integer(-1, 1));
      const expected = new Float32Array(70);
      weights.forEach((weight, window) => {
        const [channel, row, column] = [Math.floor(window / 6), Math.floor(window / 3) % 2, window % 3];
        const corner = channel * 35 + row * 14 + column * 2;
        const places = [corner, corner + 1, corner + 7, corner + 8];
        const greatest = Math.max(...places.map((place) => values[place]!));
        expected[places.find((place) => values[place] === greatest)!] = weight;
      });
      const { gradient } = await session.run({ x: new Tensor('float32', values, shape) });
      expect(gradient!.data).toEqual(expected);
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

  test.each([15, 19, 22])('twenty random geometries in operator set %i', async (opset) => {
    for (let i = 0; i < 20; i++) {
      const kernel = [integer(1, 3), integer(1, 3)];
      const attributes = {
        kernel_shape: kernel,
        // It has dilations from operator set 19 on.
        ...(opset < 19 ? {} : { dilations: [integer(1, 2), integer(1, 2)] }),
        strides: [integer(1, 3), integer(1, 3)],
        pads: [...kernel, ...kernel].map((side) => integer(0, side - 1)),
        ceil_mode: integer(0, 1),
        count_include_pad: integer(0, 1),
      };
      await expectGradient('AveragePool', [{ shape: [1, 2, integer(4, 7), integer(4, 7)] }], { attributes, opset });
    }
  });
});

test.each([[[2, 3, 4, 5]], [[1, 2, 7]]])('GlobalAveragePool of %j', async (shape) => {
  await expectGradient('GlobalAveragePool', [{ shape }]);
});
