import { expect, test } from '@jest/globals';
import type { Activation } from '../../src/looking/figures.js';
import { channelFigures, channelOf } from '../../src/looking/figures.js';
import { cutOut, strongestPatches } from '../../src/looking/patches.js';

// Two channels of 2 × 4 positions.
const activation: Activation = {
  values: Float32Array.of(0, 0, 0, 0, 0, 0, -1, 0, 1, 9, 0, 8, 2, 7, 0, 3),
  shape: [2, 2, 4],
};
const field = { step: { width: 4, height: 4 }, side: 6 };

test('figures: channels by their mean, the first of the greatest values, and what is exactly zero', () => {
  expect(channelFigures(activation)).toEqual([
    { channel: 1, mean: 30 / 8, zeros: 2 / 8, min: 0, max: 9, at: { x: 1, y: 0 } },
    { channel: 0, mean: -1 / 8, zeros: 7 / 8, min: -1, max: 0, at: { x: 0, y: 0 } },
  ]);
  expect([...channelOf(activation, 1)]).toEqual([1, 9, 0, 8, 2, 7, 0, 3]);
});

test('patches: fields round the middle of their positions, the strongest first, none over another, none where there is nothing', () => {
  // The field of 7 overlaps that of 9, those of 1 and 2 too; that of 3 overlaps the one of 8.
  expect(strongestPatches(activation, 1, field, 9)).toEqual([
    { left: 3, top: -1, side: 6, at: { x: 1, y: 0 }, value: 9 },
    { left: 11, top: -1, side: 6, at: { x: 3, y: 0 }, value: 8 },
  ]);
  expect(strongestPatches(activation, 1, field, 1)).toHaveLength(1);
  expect(strongestPatches(activation, 1, { ...field, side: 4 }, 9)).toHaveLength(6);
  expect(strongestPatches(activation, 0, field, 9)).toEqual([]);
});

test('cut out: what of a patch lies past the photo is white', () => {
  const photo = { width: 3, height: 2, rgb: Uint8Array.from({ length: 18 }, (_, i) => i) };
  const { rgb, ...size } = cutOut(photo, { left: 2, top: -1, side: 2, at: { x: 0, y: 0 }, value: 1 });
  expect(size).toEqual({ width: 2, height: 2 });
  expect([...rgb]).toEqual([255, 255, 255, 255, 255, 255, 6, 7, 8, 255, 255, 255]);
});
