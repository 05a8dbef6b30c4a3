import { describe, expect, test } from '@jest/globals';
import { phasesOf } from '../../../src/drawing/compose.js';
import { type DrawingPlan, fastDrawing, planDrawing } from '../../../src/drawing/plan/drawing-plan.js';
import { planFirstPass } from '../../../src/drawing/plan/first-pass.js';
import { isFast } from '../../../src/drawing/plan/phase-plan.js';
import { type Preset, parsePreset } from '../../../src/drawing/recipe/preset.js';
import { InputError } from '../../../src/errors.js';
import { cpu } from '../../../src/runtime/provider.js';
import { siteOf } from '../../support/loop.js';
import { deepToShallow } from '../../support/presets.js';

const painting = deepToShallow;
const phase = (layer: string) => ({ layer, iterations: 1, learningRate: 1 });
const fast = (preset: Preset): DrawingPlan => fastDrawing(siteOf({ height: 512, width: 512 }), phasesOf(preset), cpu);

function passed(preset: Preset, width: number, height: number): string[] {
  const { firstPass } = planFirstPass(siteOf({ width, height }), phasesOf(preset), () => fast(preset));
  return firstPass.map(({ layer }) => layer!);
}

describe('the first pass', () => {
  test('is for the layers of all phases, each once', () => {
    expect(passed(painting, 512, 512)).toEqual(painting.phases.map(({ layer }) => layer));
    const twice = parsePreset({ phases: ['conv3_1', 'conv2_1', 'conv3_1'].map(phase) }, 'twice');
    expect(passed(twice, 64, 48)).toEqual(['block3_conv1', 'block2_conv1']);
  });

  test('leaves out what would be much to keep until its phase comes', () => {
    // 33.5 and 67.1 MB; block2_conv2 would be 134 MB.
    expect(passed(painting, 1024, 1024)).toEqual(['block5_conv2', 'block4_conv2', 'block3_conv2']);
    expect(passed(painting, 4096, 4096)).toEqual(['block5_conv2']);
  });

  test('is for the first size alone', () => {
    const [site, phases] = [siteOf({ width: 512, height: 512 }), phasesOf(painting)];
    // 36 iterations of the first and the second phase, and of the third.
    const { firstPass } = planFirstPass(site, phases, () => fast(painting), [0.5, 1]);
    expect(firstPass.map(({ layer }) => layer)).toEqual([
      'block5_conv2',
      'block4_conv2',
      'block3_conv2',
      'block2_conv2',
    ]);
    const alone = planFirstPass(
      site,
      phases,
      () => fast(painting),
      [1, 2, 3, 4, 5, 6, 7, 8].map((k) => k / 8),
    );
    expect(alone.firstPass.map(({ layer }) => layer)).toEqual(['block5_conv2']);
  });

  test('keeps nothing for later phases where that would change how they are computed', () => {
    const [site, phases] = [siteOf({ width: 512, height: 512 }), phasesOf(painting)];
    const planWith = (bytes: number) => planDrawing({ site, phases }, { bytes, isGiven: true });
    const at = (bytes: number) => planFirstPass(site, phases, (kept) => planWith(bytes - kept));
    // Found by halving, to 20 MB: a plan takes half a second.
    let [little, least] = [700e6, 1340e6];
    while (least - little > 20e6) {
      const bytes = (little + least) / 2;
      if (planWith(bytes).every(isFast)) least = bytes;
      else little = bytes;
    }
    expect(at(least).firstPass.map(({ layer }) => layer)).toEqual(['block5_conv2']);
    expect(at(least + 130e6).firstPass).toHaveLength(5);
    // What is computed again or in tiles has no memory to spare.
    const plan = planWith(least - 40e6);
    const isTiled = plan.some(({ tiles }) => tiles !== undefined);
    expect(at(least - 40e6)).toEqual({
      plan,
      firstPass: isTiled ? [] : [expect.objectContaining({ layer: 'block5_conv2' })],
    });
  });

  test('keeps nothing for later phases where there would be too little memory', () => {
    const { firstPass } = planFirstPass(siteOf({ width: 64, height: 64 }), phasesOf(painting), (kept) => {
      if (kept > 0) throw new InputError('too little');
      return fast(painting);
    });
    expect(firstPass.map(({ layer }) => layer)).toEqual(['block5_conv2']);
  });

  test('where the drawing does not fit at all, says so', () => {
    const refuse = () => {
      throw new InputError('too little');
    };
    expect(() => planFirstPass(siteOf({ width: 64, height: 64 }), phasesOf(painting), refuse)).toThrow('too little');
  });
});
