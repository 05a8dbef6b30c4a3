import { describe, expect, test } from '@jest/globals';
import { openActivations } from '../../../src/drawing/compute/goals.js';
import { TransformedKernels } from '../../../src/drawing/compute/transformed-kernels.js';
import type { NetworkOptions } from '../../../src/drawing/compute/sessions.js';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/source.js';
import { uniforms } from '../../support/random.js';

const size = { height: 37, width: 53 };
const photo = Float32Array.from(uniforms([3, size.height, size.width]), (value) => 128 * value);
// Before a convolution, before a pool and a pool itself: see appendVgg19.
const layers = ['block1_conv2', 'block3_conv1', 'block2_pool', 'block3_conv4'].map(findLayer);

describe.each(['by their definition', "in Winograd's form"])('convolutions %s', (form) => {
  test('one pass gives what a pass for each layer gives, bit for bit', async () => {
    const weights = await loadWeights('seeded', findLayer('block3_conv4'));
    const winograd = {
      kernels: new TransformedKernels(weights),
      choose: () => ({ tile: 4, parts: 1 }) as const,
    };
    const options: NetworkOptions = { weights, ...(form === "in Winograd's form" ? winograd : {}) };
    const together = await openActivations(size, layers, options);
    const all = await together.of(photo);
    await together.release();
    expect([...all.keys()]).toEqual(layers);
    for (const layer of layers) {
      const alone = await openActivations(size, [layer], options);
      const { dims, data } = (await alone.of(photo)).get(layer)!;
      await alone.release();
      expect(all.get(layer)!.dims).toEqual(dims);
      expect(all.get(layer)!.data).toEqual(data);
      expect((data as Float32Array).some((value) => value > 0)).toBe(true);
    }
  });
});
