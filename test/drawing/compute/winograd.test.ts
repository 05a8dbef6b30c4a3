import { describe, expect, test } from '@jest/globals';
import { channelMeans, toNetworkSpace } from '../../../src/colour/spaces.js';
import { engineFor } from '../../../src/drawing/compute/engine.js';
import { openGraph } from '../../../src/drawing/compute/sessions.js';
import { drawingLoop } from '../../../src/drawing/loop.js';
import { parsePreset } from '../../../src/drawing/recipe/preset.js';
import { presets } from '../../../src/drawing/recipe/presets.js';
import { readPhoto } from '../../../src/image/photo.js';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../../src/networks/vgg19/vgg19.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/source.js';
import { trainingModel } from '../../../src/outputs/models.js';
import { Tensor } from '../../../src/runtime/session.js';
import { deepestLayer, loopOf } from '../../support/loop.js';
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

describe.each(['53x37', '64x48'])("a sketch in Winograd's form, %s", (size) => {
  describeWithShared('on the real weights', () => {
    test('its canvases are the reference', async () => {
      const { height, width, sketch } = sharedJson<Manifest>(`reference/${size}/manifest.json`);
      const phases = sketch.schedule.map(({ layer, iterations, lr, newOptimizer }) => ({
        layer,
        iterations,
        learningRate: lr,
        keepOptimizer: !newOptimizer,
      }));
      const preset = parsePreset({ ...presets.sketch, phases }, 'reference');
      const { rgb } = await readPhoto(sharedPath(`reference/${size}/photo.png`));
      const weights = await loadWeights(sharedPath('vgg19/vgg19-blocks1-3.h5'), deepestLayer(preset));
      const choose = () => ({ tile: 4 as const, parts: 1 });
      let drawn = 0;
      // At 53×37 a rounding error of 3e-7 can decide which way canvas 13 takes; what is Winograd's own would show before.
      const sure = 12;
      const options = { ...loopOf(preset, { height, width }, weights), photo: toNetworkSpace(rgb), choose };
      for await (const { readParameters } of drawingLoop(options)) {
        const reference = sharedFloats(`reference/${size}/sketch.${drawn++}.f32`);
        const { pixels: canvas } = await readParameters();
        const worst = canvas!.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i]!)), 0);
        // One grey level of the canvas' range [0, 1]: from blank paper on, where nearly every pool is a tie.
        expect(worst).toBeLessThanOrEqual(1 / 255);
        if (drawn === sure) break;
      }
      expect(drawn).toBe(sure);
    });
  });
});
