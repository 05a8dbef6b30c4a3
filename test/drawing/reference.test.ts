import { expect, test } from '@jest/globals';
import { draw } from '../../src/drawing/draw.js';
import type { PresetInput } from '../../src/drawing/preset.js';
import { presets } from '../../src/drawing/presets.js';
import { describeWithShared, sharedFloats, sharedJson, sharedPath } from '../support/shared.js';

interface Manifest {
  height: number;
  width: number;
  sketch: { schedule: { layer: string; iterations: number; lr: number; newOptimizer: boolean }[]; losses: number[] };
}

describeWithShared("sketch's rules on the reference's schedule", () => {
  test.each(['53x37', '64x48'])('%s: every canvas and every loss is the reference', async (size) => {
    const manifest = sharedJson<Manifest>(`reference/${size}/manifest.json`);
    const preset: PresetInput = {
      ...presets.sketch,
      phases: manifest.sketch.schedule.map(({ layer, iterations, lr, newOptimizer }) => ({
        layer,
        iterations,
        learningRate: lr,
        keepOptimizer: !newOptimizer,
      })),
    };
    const weights = sharedPath('vgg19/vgg19-blocks1-3.h5');
    let drawn = 0;
    for await (const { index, canvas, iteration, picture } of draw(sharedPath(`reference/${size}/photo.png`), {
      preset,
      weights,
      canvases: true,
    })) {
      expect([picture.width, picture.height]).toEqual([manifest.width, manifest.height]);
      if (!iteration) continue;
      const reference = sharedFloats(`reference/${size}/sketch.${index - 1}.f32`);
      const worst = canvas!.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i]!)), 0);
      // One grey level of the canvas' range [0, 1].
      expect(worst).toBeLessThanOrEqual(1 / 255);
      // The loss of a canvas that is already up to 1e-5 of its range away from the reference's: 1.4e-5 at the most.
      expect(Math.abs(iteration.loss / manifest.sketch.losses[index - 1]! - 1)).toBeLessThan(3e-5);
      drawn++;
    }
    expect(drawn).toBe(23);
  });
});
