import { expect, test } from '@jest/globals';
import { standInsIn } from '../../../src/networks/onnx/stand-ins.js';
import { convLayersThrough, findLayer, layers } from '../../../src/networks/vgg19/layers.js';
import { vgg19Outline } from '../../../src/networks/vgg19/outline.js';
import { layersOf } from '../../../src/onnx/index.js';
import { residual } from '../../support/networks.js';

test("each of VGG-19's convolutions stands in for itself, and each of its pools is the convolution before it", () => {
  const own = layers.flatMap(({ name, kind }) => {
    if (kind === 'pool') return [];
    const [channels, height, width] = vgg19Outline.activationShape(name, { height: 64, width: 64 });
    const about = {
      name,
      channels,
      height,
      width,
      depth: convLayersThrough(findLayer(name)).length,
      axes: [0, 1, 2, 3] as const,
    };
    return [{ ...about, stride: 64 / height, operator: 'Relu', isActivation: true, isOnSpine: true }];
  });
  const standIns = standInsIn(own);
  for (const [i, { name, kind }] of layers.entries()) {
    expect(standIns.get(name)).toBe(kind === 'pool' ? layers[i - 1]!.name : name);
  }
});

test('of a network that begins with stride 2 its stem stands in for block 1, and the next stage for block 2', () => {
  const standIns = standInsIn(layersOf(residual().graph, 'picture'));
  const of = (...names: string[]) => names.map((name) => standIns.get(name));
  expect(of('block1_conv1', 'block1_conv2')).toEqual(['stem', 'stem']);
  expect(of('block2_conv1', 'block2_conv2', 'block3_conv1')).toEqual(['block1', 'block1', 'block1']);
  expect(of('block4_conv1', 'block5_conv4', 'block5_pool')).toEqual(['block2', 'block2', 'block2']);
});
