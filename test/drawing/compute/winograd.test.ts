import { describe, expect, test } from '@jest/globals';
import { channelMeans } from '../../../src/colour/spaces.js';
import { engineFor } from '../../../src/drawing/compute/engine.js';
import { openGraph } from '../../../src/drawing/compute/sessions.js';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../../src/networks/vgg19/vgg19.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/load.js';
import { trainingModel } from '../../../src/outputs/models.js';
import { Tensor } from '../../../src/runtime/session.js';
import { relativeError } from '../../support/relative-error.js';
import { describeWithShared, sharedFloats, sharedJson, sharedPath } from '../../support/shared.js';

interface Manifest {
  height: number;
  width: number;
  layers: Record<string, { shape: number[]; loss: Record<'white' | 'noise', number> }>;
  sketch: { schedule: { layer: string; iterations: number; lr: number; newOptimizer: boolean }[] };
}

const white = (height: number, width: number): Float32Array =>
  Float32Array.from({ length: 3 * height * width }, (_, i) => 255 - channelMeans[Math.floor(i / (height * width))]!);

describe.each(['53x37', '64x48'])("gradients in Winograd's form against float64 autograd, %s", (size) => {
  describeWithShared('on the real weights', () => {
    const layers = ['block2_conv2', 'block3_conv1', 'block3_conv4', 'block3_pool'];

    test.each(layers.flatMap((layer) => ([2, 4] as const).map((tile) => [layer, tile] as const)))(
      '%s, in tiles of side %i',
      async (name, tile) => {
        const manifest = sharedJson<Manifest>(`reference/${size}/manifest.json`);
        const { height, width } = manifest;
        const layer = findLayer(name);
        const weights = await loadWeights(sharedPath('vgg19/vgg19-blocks1-3.h5'), layer);
        // By itself it is not chosen for pictures this small.
        const engine = engineFor(vgg19(weights), { choose: () => ({ tile, parts: 2 }) });
        const session = await openGraph((target) => trainingModel({ layer, height, width, target }), engine, {
          winograd: true,
        });
        const activations = sharedFloats(`reference/${size}/${name}.target.f32`);
        const target = new Tensor('float32', activations, manifest.layers[name]!.shape);
        for (const start of ['white', 'noise'] as const) {
          const values = start === 'white' ? white(height, width) : sharedFloats(`reference/${size}/noise.f32`);
          const pixels = new Tensor('float32', values, [1, 3, height, width]);
          const { loss, pixels_grad } = await session.run({ pixels, target });
          const expected = manifest.layers[name]!.loss[start];
          expect(Math.abs((loss!.data as Float32Array)[0]! / expected - 1)).toBeLessThan(1e-6);
          const reference = sharedFloats(`reference/${size}/${name}.${start}.grad.f32`);
          // 8e-7 at the most, and 6e-7 without Winograd. Were ties not told, it would be 0.1 to 1 on white paper.
          expect(relativeError(pixels_grad!.data as Float32Array, reference)).toBeLessThan(5e-6);
        }
        await session.release();
      },
    );
  });
});
