import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../src/errors.js';
import {
  convLayers,
  convLayersThrough,
  findLayer,
  layers,
  smallestSide,
  weightCountThrough,
} from '../../../src/networks/vgg19/layers.js';

describe('the layer table', () => {
  test('sixteen convolutions and five pools, as Keras names them', () => {
    expect(convLayers).toHaveLength(16);
    expect(layers).toHaveLength(21);
    expect(layers[0]!.name).toBe('block1_conv1');
    expect(layers.at(-1)!.name).toBe('block5_pool');
  });

  test('has the 20,024,384 weights of VGG-19 without its classifier', () => {
    expect(weightCountThrough(layers.at(-1)!)).toBe(20_024_384);
  });

  test('lays the weights out one layer after the other', () => {
    let end = 0;
    for (const { kernelOffset, biasOffset, inChannels, outChannels } of convLayers) {
      expect(kernelOffset).toBe(end);
      expect(biasOffset).toBe(kernelOffset + outChannels * inChannels * 9);
      end = biasOffset + outChannels;
    }
  });

  test('a pool needs the convolutions before it', () => {
    expect(convLayersThrough(findLayer('block2_pool')).map(({ name }) => name)).toEqual([
      'block1_conv1',
      'block1_conv2',
      'block2_conv1',
      'block2_conv2',
    ]);
  });

  test.each([
    ['block1_conv2', 1],
    ['block1_pool', 2],
    ['block5_conv1', 16],
    ['block5_pool', 32],
  ])('%s needs a side of %i', (name, side) => {
    expect(smallestSide(findLayer(name))).toBe(side);
  });
});

describe('findLayer', () => {
  test.each([
    ['block5_conv2', 'block5_conv2'],
    ['conv5_2', 'block5_conv2'],
    ['relu5_2', 'block5_conv2'],
    ['b5_conv2', 'block5_conv2'],
    ['pool5', 'block5_pool'],
    ['b5_pool', 'block5_pool'],
  ])('takes %s for %s', (alias, name) => {
    expect(findLayer(alias).name).toBe(name);
  });

  test.each(['', 'block6_conv1', 'block1_conv3', 'conv1_5', 'pool0', 'Block1_conv1', 'fc1'])(
    "refuses '%s' and lists what there is",
    (name) => {
      expect(() => findLayer(name)).toThrow(InputError);
      expect(() => findLayer(name)).toThrow(`unknown layer '${name}'; VGG-19 has block1_conv1, `);
    },
  );
});
