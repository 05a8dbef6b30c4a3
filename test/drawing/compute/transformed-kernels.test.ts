import { expect, test } from '@jest/globals';
import { TransformedKernels } from '../../../src/drawing/compute/transformed-kernels.js';
import { findLayer, weightCountThrough } from '../../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../../src/networks/vgg19/vgg19.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/load.js';
import { rewriteWinograd } from '../../../src/onnx/passes/winograd/index.js';
import { trainingModel } from '../../../src/outputs/models.js';

test('kernels are made once, and again where they were forgotten: those beyond so many weights', async () => {
  const layer = findLayer('block2_conv2');
  const kernels = new TransformedKernels(vgg19(await loadWeights('seeded', layer)).externalData);
  const graph = trainingModel({ layer, height: 32, width: 32 });
  const rewritten = rewriteWinograd(graph, () => ({ tile: 2, parts: 1 }));
  const first = await kernels.transformed(graph, rewritten.kernels);
  const names = ['block1_conv2', 'block2_conv1', 'block2_conv2'];
  expect(Object.keys(first).map((input) => names.find((name) => input.startsWith(name)))).toEqual(
    expect.arrayContaining(names),
  );
  expect(await kernels.transformed(graph, rewritten.kernels)).toEqual(first);

  kernels.forgetBeyond(4 * weightCountThrough(findLayer('block2_conv1')));
  const again = await kernels.transformed(graph, rewritten.kernels);
  for (const [input, tensor] of Object.entries(again)) {
    expect(tensor === first[input]).toBe(!input.startsWith('block2_conv2'));
    expect(tensor.data).toEqual(first[input]!.data);
  }
});
