import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { disturbed } from '../support/disturbed.js';
import {
  goldenStrokes,
  goldenStrokesPath,
  type StrokeNumbers,
  strokesApart,
  strokesDrawn,
  strokesTolerance,
  withRates,
} from './drawings.js';

const golden = JSON.parse(await readFile(goldenStrokesPath, 'utf8')) as Record<string, StrokeNumbers[]>;

describe.each(goldenStrokes)('golden strokes of $name', ({ name, preset, weights }) => {
  test('iteration by iteration', async () => {
    expect(golden[name]).toHaveLength(6);
    expect(strokesApart(golden[name]!, await strokesDrawn({ preset, weights }))).toBeLessThan(strokesTolerance);
  });

  test('are stable: weights that are disturbed, as by another processor', async () => {
    const loaded = await loadWeights(weights, findLayer('block3_conv2'));
    for (const seed of [1, 2]) {
      const drawn = await strokesDrawn({ preset, weights: disturbed(loaded, 1e-6, seed) });
      expect(strokesApart(golden[name]!, drawn)).toBeLessThan(strokesTolerance / 2);
    }
  });

  test('show a learning rate that is 5 % off', async () => {
    const drawn = await strokesDrawn({ preset: withRates(preset, 0.95), weights });
    expect(strokesApart(golden[name]!, drawn)).toBeGreaterThan(strokesTolerance);
  });
});
