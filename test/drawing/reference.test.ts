import { expect, test } from '@jest/globals';
import { tilingOf } from '../../src/artifacts/tiles.js';
import { draw } from '../../src/drawing/draw.js';
import { drawingLoop } from '../../src/drawing/loop.js';
import { type PresetInput, parsePreset } from '../../src/drawing/preset.js';
import { presets } from '../../src/drawing/presets.js';
import { deepestLayer } from '../../src/drawing/schedule.js';
import { readPhoto } from '../../src/image/photo.js';
import { findLayer } from '../../src/vgg19/layers.js';
import { toNetworkSpace } from '../../src/vgg19/preprocessing.js';
import { loadWeights } from '../../src/vgg19/weights/source.js';
import { describeWithShared, sharedFloats, sharedJson, sharedPath } from '../support/shared.js';

interface Manifest {
  height: number;
  width: number;
  sketch: { schedule: { layer: string; iterations: number; lr: number; newOptimizer: boolean }[]; losses: number[] };
}

/** The reference's schedule by the rules of sketch. */
const presetOf = ({ sketch }: Manifest): PresetInput => ({
  ...presets.sketch,
  phases: sketch.schedule.map(({ layer, iterations, lr, newOptimizer }) => ({
    layer,
    iterations,
    learningRate: lr,
    keepOptimizer: !newOptimizer,
  })),
});

describeWithShared("sketch's rules on the reference's schedule", () => {
  test.each(['53x37', '64x48'])('%s: every canvas and every loss is the reference', async (size) => {
    const manifest = sharedJson<Manifest>(`reference/${size}/manifest.json`);
    const preset = presetOf(manifest);
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

  test.each(['53x37', '64x48'])('%s, in tiles: every canvas and every loss is the reference', async (size) => {
    const manifest = sharedJson<Manifest>(`reference/${size}/manifest.json`);
    const { height, width } = manifest;
    const preset = parsePreset(presetOf(manifest), 'reference');
    const plan = preset.phases.map(({ layer: name }, i) => {
      const layer = findLayer(name);
      // Halos of the deepest layers leave no room for more tiles than one.
      const cuts = [2, 1].flatMap((rows) => [3, 2].map((columns) => tilingOf({ layer, height, width }, rows, columns)));
      const tiling = cuts.find((cut) => cut !== undefined);
      return tiling && { tiling, keepTargets: i % 2 === 0 };
    });
    expect(plan.filter((phase) => phase !== undefined).length).toBeGreaterThanOrEqual(2);
    const deepest = deepestLayer(preset);
    const weights = await loadWeights(sharedPath('vgg19/vgg19-blocks1-3.h5'), deepest);
    const { rgb } = await readPhoto(sharedPath(`reference/${size}/photo.png`));
    const photo = toNetworkSpace(rgb);
    let drawn = 0;
    for await (const { loss, readCanvas } of drawingLoop({
      photo,
      height,
      width,
      preset,
      weights,
      plan,
      exact: true,
    })) {
      const reference = sharedFloats(`reference/${size}/sketch.${drawn}.f32`);
      const canvas = await readCanvas();
      const worst = canvas.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i]!)), 0);
      expect(worst).toBeLessThanOrEqual(1 / 255);
      expect(Math.abs(loss / manifest.sketch.losses[drawn]! - 1)).toBeLessThan(3e-5);
      drawn++;
    }
    expect(drawn).toBe(23);
  });
});
