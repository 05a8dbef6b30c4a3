import { describe, test } from '@jest/globals';
import type { Attributes } from '../../../../src/onnx/node.js';
import { integer, uniform } from '../../../support/random.js';
import { expectGradient } from '../central-differences.js';

/** With respect to input, kernel and bias. */
const expectConvGradient = (input: number[], kernel: number[], attributes: Attributes) =>
  expectGradient('Conv', [{ shape: input }, { shape: kernel }, { shape: [kernel[0]!] }], { attributes });

const expectTransposedGradient = (input: number[], kernel: number[], attributes: Attributes) => {
  const channels = kernel[1]! * ((attributes.group as number | undefined) ?? 1);
  return expectGradient('ConvTranspose', [{ shape: input }, { shape: kernel }, { shape: [channels] }], { attributes });
};

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
    ['as many channels as have a product each', [2, 17, 5, 4], [3, 17, 2, 3], { pads: [1, 0, 1, 2] }],
    ['as many in each of two groups', [1, 32, 4, 3], [4, 16, 2, 2], { group: 2, strides: [2, 1] }],
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

describe('ConvTranspose', () => {
  test.each<[string, number[], number[], Attributes]>([
    ['plain', [2, 3, 4, 3], [3, 2, 3, 2], {}],
    ['stride 2, as decoders have it', [1, 3, 3, 4], [3, 2, 4, 4], { strides: [2, 2], pads: [1, 1, 1, 1] }],
    ['output_padding', [1, 2, 3, 3], [2, 2, 3, 3], { strides: [2, 3], pads: [1, 1, 1, 1], output_padding: [1, 2] }],
    ['output_padding past all windows', [1, 2, 3, 3], [2, 2, 2, 2], { strides: [3, 3], output_padding: [2, 1] }],
    ['dilation', [1, 2, 4, 3], [2, 3, 3, 2], { dilations: [2, 3], pads: [1, 0, 2, 1] }],
    ['groups', [1, 4, 3, 3], [4, 3, 2, 2], { group: 2, strides: [2, 1] }],
    ['as many channels as have a product each', [1, 3, 3, 2], [3, 17, 2, 2], { strides: [2, 2] }],
    ['output_shape', [1, 2, 3, 3], [2, 2, 3, 3], { strides: [2, 2], output_shape: [6, 5] }],
    [
      'output_shape, SAME_UPPER',
      [1, 2, 3, 3],
      [2, 2, 3, 3],
      { strides: [2, 2], output_shape: [6, 6], auto_pad: 'SAME_UPPER' },
    ],
    ['SAME_UPPER', [1, 2, 3, 4], [2, 2, 3, 4], { strides: [2, 2], auto_pad: 'SAME_UPPER' }],
    ['SAME_LOWER', [1, 2, 3, 4], [2, 2, 3, 4], { strides: [2, 2], auto_pad: 'SAME_LOWER' }],
    ['VALID', [1, 2, 3, 4], [2, 2, 3, 2], { strides: [1, 2], auto_pad: 'VALID' }],
    ['one dimension', [2, 3, 5], [3, 2, 4], { strides: [2], pads: [1, 2] }],
    ['three dimensions', [1, 2, 2, 3, 2], [2, 2, 2, 2, 3], { strides: [1, 2, 2], pads: [0, 1, 0, 1, 0, 1] }],
  ])('%s', async (_, input, kernel, attributes) => {
    await expectTransposedGradient(input, kernel, attributes);
  });

  test('twenty random geometries', async () => {
    for (let i = 0; i < 20; i++) {
      const group = integer(1, 2);
      const kernel = [integer(1, 2) * group, integer(1, 2), integer(2, 3), integer(2, 3)];
      const [strides, dilations] = [
        [integer(1, 3), integer(1, 3)],
        [integer(1, 2), integer(1, 2)],
      ];
      const input = [integer(1, 2), kernel[0]!, integer(2, 4), integer(2, 4)];
      const pads = Array.from({ length: 4 }, () => integer(0, 1));
      // ONNX Runtime takes no more.
      const output_padding = strides.map((stride) => integer(0, stride! - 1));
      await expectTransposedGradient(input, kernel, { group, strides, dilations, pads, output_padding });
    }
  });
});
