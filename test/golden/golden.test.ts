import { afterAll, describe, expect, test } from '@jest/globals';
import type { DrawOptions } from '../../src/drawing/recipe/options.js';
import type { Preset } from '../../src/drawing/recipe/preset.js';
import { layersOf, learningRateAt } from '../../src/drawing/recipe/schedule.js';
import { ThreadPool } from '../../src/drawing/thread/pool.js';
import { readPhoto } from '../../src/image/photo.js';
import { defaultNetwork } from '../../src/networks/index.js';
import { deepestOf } from '../../src/networks/network.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { disturbed } from '../support/disturbed.js';
import {
  type GoldenDrawing,
  goldenDrawings,
  goldenPath,
  goldenTolerance,
  lastFrame,
  meanDifference,
  withRates,
} from './drawings.js';

const find = (name: string): GoldenDrawing => goldenDrawings.find((drawing) => drawing.name === name)!;
const difference = async (
  { name, weights, style }: GoldenDrawing,
  options: { preset: Preset; weights?: DrawOptions['weights'] },
  among?: ThreadPool,
) => meanDifference(await lastFrame({ weights, style, ...options }, 'cpu', among), await readPhoto(goldenPath(name)));

/** Draws what is compared with the golden drawings, which have threads of their own. */
const pool = new ThreadPool();
afterAll(() => pool.close());

describe('golden frames', () => {
  test.each(goldenDrawings)('$name', async (drawing) => {
    expect(await difference(drawing, drawing)).toBeLessThan(goldenTolerance);
  });
});

describe('golden frames are stable', () => {
  test.each(goldenDrawings)('$name: weights that are disturbed, as by another processor', async (drawing) => {
    const { preset } = drawing;
    const weights = await loadWeights(drawing.weights, findLayer(deepestOf(defaultNetwork, layersOf(preset))));
    const options = { preset, weights: disturbed(weights, 1e-6, 1) };
    expect(await difference(drawing, options, pool)).toBeLessThan(goldenTolerance / 2);
  });
});

describe('golden frames show', () => {
  // A step of strokes changes few pixels: strokes.test.ts sees it.
  const ofPixels = goldenDrawings.filter(({ preset }) => preset.medium?.kind !== 'strokes');

  // Too much and too little by turns: each takes as long as a drawing.
  const rates = ofPixels.map((drawing, i) => ({ ...drawing, factor: i % 2 ? 0.95 : 1.05 }));

  test.each(rates)('$name: a learning rate that is 5 % off: $factor', async ({ factor, ...drawing }) => {
    const preset = withRates(drawing.preset, factor);
    const [changed, stated] = [preset, drawing.preset].map(({ phases }) => learningRateAt(phases[0]!, 0));
    expect(changed).toBeCloseTo(factor * stated!, 9);
    expect(await difference(drawing, { preset }, pool)).toBeGreaterThan(goldenTolerance);
  });

  test.each<[string, Partial<Preset['canvas']>]>([
    ['sketch-block2_conv2', { upper: 1.05 }],
    ['sketch-block2_conv2', { upper: 0.95 }],
    ['sketch-block2_conv2', { lower: 0.05 }],
    ['sketch-block2_conv2', { lower: -0.05 }],
    // 5 % past the ends of the range of one channel: of blue (255 − 103.939), of red (−123.68).
    ['layers-block2_conv2', { upper: 1.05 * (255 - 103.939) }],
    ['layers-block2_conv2-black', { lower: 1.05 * -123.68 }],
  ])('%s: a clip bound that is 5 % off: %j', async (name, bounds) => {
    const drawing = find(name);
    const preset = { ...drawing.preset, canvas: { ...drawing.preset.canvas, ...bounds } };
    expect(await difference(drawing, { preset }, pool)).toBeGreaterThan(goldenTolerance);
  });
});
