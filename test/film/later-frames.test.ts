import { describe, expect, test } from '@jest/globals';
import { parsePreset } from '../../src/drawing/recipe/preset.js';
import { presets } from '../../src/drawing/recipe/presets.js';
import { iterationsOf } from '../../src/drawing/recipe/schedule.js';
import { laterPreset } from '../../src/film/later-frames.js';

const countsOf = (...given: Parameters<typeof laterPreset>) =>
  laterPreset(...given).phases.map((one) => one.iterations);

describe('the preset of later frames', () => {
  test('has half of the iterations, shared out as they were', () => {
    expect(presets.pencil.phases.map(({ iterations }) => iterations)).toEqual([12, 16]);
    expect(countsOf(presets.pencil)).toEqual([6, 8]);
    expect(countsOf(presets.painting)).toEqual([7, 10, 10]);
  });

  test.each(Object.entries(presets))('%s has exactly as many as are asked for', (_, preset) => {
    const { length } = preset.phases;
    for (let wanted = length; wanted <= iterationsOf(preset); wanted++) {
      const counts = countsOf(preset, wanted);
      expect(counts.reduce((a, b) => a + b)).toBe(wanted);
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
    }
  });

  test('takes longer steps, that end as they do', () => {
    const preset = parsePreset(
      {
        phases: [
          { layer: 'block1_conv1', iterations: 8, learningRate: 4 },
          { layer: 'block1_conv1', iterations: 8, learningRate: { from: 10, to: 2, decay: 'cosine' } },
        ],
      },
      'mine',
    );
    const rates = laterPreset(preset, 4).phases.map(({ learningRate }) => learningRate);
    expect(rates).toEqual([8, { from: 20, to: 2, decay: 'cosine' }]);
    expect(laterPreset(preset, 16)).toEqual(preset);
  });

  test('needs one a phase', () => {
    expect(() => laterPreset(presets.pencil, 1)).toThrow(
      expect.objectContaining({ field: 'iterations', message: expect.stringMatching(/2 phases.*give 2 or more/) }),
    );
  });
});
