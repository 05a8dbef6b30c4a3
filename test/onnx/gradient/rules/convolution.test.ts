import { describe, test } from '@jest/globals';
import type { Attributes } from '../../../../src/onnx/node.js';
import { integer, uniform } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

const expectConvGradient = (input: number[], kernel: number[], attributes: Attributes) =>
  expectGradient('Conv', [{ shape: input }, { shape: kernel, constant: true }, { shape: [kernel[0]!] }], {
    attributes,
  });

describe('Conv', () => {
  test.each<[string, number[], number[], Attributes]>([
    ['as in VGG', [1, 3, 5, 7], [4, 3, 3, 3], { pads: [1, 1, 1, 1] }],
    ['without padding', [2, 2, 5, 4], [3, 2, 3, 3], {}],
    ['1×1', [1, 3, 3, 5], [2, 3, 1, 1], {}],
    ['a kernel that is not square', [1, 2, 6, 5], [3, 2, 2, 4], { pads: [0, 2, 1, 1] }],
    ['padding wider than the kernel reaches', [1, 2, 3, 3], [2, 2, 2, 2], { pads: [2, 3, 1, 2] }],
    ['stride 2, the last column not reached', [1, 2, 6, 6], [3, 2, 3, 3], { strides: [2, 2] }],
    ['stride larger than the kernel', [1, 1, 8, 9], [2, 1, 2, 2], { strides: [3, 4] }],
    ['dilation', [1, 2, 7, 8], [2, 2, 3, 2], { dilations: [2, 3], pads: [2, 1, 2, 1] }],
    ['stride and dilation', [1, 2, 9, 8], [2, 2, 3, 3], { strides: [2, 3], dilations: [2, 1], pads: [1, 2, 0, 1] }],
    ['two groups', [1, 4, 5, 5], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }],
    ['depthwise with stride', [1, 3, 6, 5], [3, 1, 3, 3], { group: 3, strides: [2, 1], pads: [1, 1, 1, 1] }],
    ['SAME_UPPER', [1, 2, 6, 5], [2, 2, 3, 2], { auto_pad: 'SAME_UPPER', strides: [2, 1] }],
    ['SAME_LOWER', [1, 2, 6, 5], [2, 2, 3, 2], { auto_pad: 'SAME_LOWER', strides: [2, 1] }],
    ['VALID', [1, 2, 6, 5], [2, 2, 3, 2], { auto_pad: 'VALID' }],
    ['one dimension', [2, 3, 9], [2, 3, 4], { strides: [2], pads: [1, 2] }],
    ['three dimensions', [1, 2, 4, 5, 3], [2, 2, 2, 3, 2], { pads: [1, 1, 0, 0, 1, 1] }],
  ])('%s', async (_, input, kernel, attributes) => {
    await expectConvGradient(input, kernel, attributes);
  });

  test('twenty random geometries', async () => {
    for (let i = 0; i < 20; i++) {
      const group = integer(1, 2);
      const kernel = [2 * group, integer(1, 2), integer(1, 3), integer(1, 3)];
      const [strides, dilations] = [
        [integer(1, 3), integer(1, 3)],
        [integer(1, 2), integer(1, 2)],
      ];
      const input = [integer(1, 2), kernel[1]! * group, integer(5, 8), integer(5, 8)];
      const pads = Array.from({ length: 4 }, () => (uniform(0, 1) < 0.5 ? 0 : integer(0, 3)));
      await expectConvGradient(input, kernel, { group, strides, dilations, pads });
    }
  });
});
