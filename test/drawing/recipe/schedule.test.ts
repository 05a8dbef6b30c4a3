import { describe, expect, test } from '@jest/globals';
import { type PresetInput, parsePreset } from '../../../src/drawing/recipe/preset.js';
import { layersOf, learningRateAt } from '../../../src/drawing/recipe/schedule.js';

const phases = [{ layer: 'conv1_2', iterations: 5, learningRate: 1 }];

test('the layers that phases look at, each once', () => {
  const layers = ['block1_conv2', 'block3_pool', 'block1_conv2'];
  const preset = parsePreset({ phases: layers.map((layer) => ({ ...phases[0]!, layer })) }, 'p');
  expect(layersOf(preset)).toEqual(['block1_conv2', 'block3_pool']);
});

describe('learningRateAt', () => {
  const phase = (learningRate: PresetInput['phases'][number]['learningRate'], iterations = 5) =>
    parsePreset({ phases: [{ ...phases[0]!, learningRate, iterations }] }, 'p').phases[0]!;
  const rates = (of: ReturnType<typeof phase>) => [...Array(of.iterations).keys()].map((i) => learningRateAt(of, i));

  test('stays', () => {
    expect(rates(phase(0.7))).toEqual([0.7, 0.7, 0.7, 0.7, 0.7]);
  });

  test('falls in a straight line', () => {
    expect(rates(phase({ from: 12, to: 4, decay: 'linear' }))).toEqual([12, 10, 8, 6, 4]);
  });

  test('falls by half a cosine', () => {
    const [first, second, middle, , last] = rates(phase({ from: 12, to: 2, decay: 'cosine' }));
    expect([first, middle, last]).toEqual([12, 7, 2]);
    expect(second).toBeCloseTo(2 + 10 * (0.5 + Math.SQRT1_2 / 2), 12);
  });

  test('of a single iteration is where it starts', () => {
    expect(rates(phase({ from: 12, to: 2, decay: 'cosine' }, 1))).toEqual([12]);
  });
});
