import { expect, test } from '@jest/globals';
import { phasesOf } from '../../../src/drawing/compose.js';
import { type DrawingToPlan, hasRoomToKeep, planDrawing } from '../../../src/drawing/plan/drawing-plan.js';
import { parsePreset } from '../../../src/drawing/recipe/preset.js';
import { siteOf } from '../../support/loop.js';

const preset = parsePreset({ phases: [{ layer: 'block1_conv2', iterations: 1, learningRate: 1 }] }, 'test');
/** Whether sessions are kept of a drawing of that size, with so many megabytes. */
const keeps = (side: number, megabytes: number, styles: DrawingToPlan['site'][] = []): boolean => {
  const drawing: DrawingToPlan = { site: siteOf({ width: side, height: side }), phases: phasesOf(preset) };
  const limit = { bytes: megabytes * 2 ** 20, isGiven: true };
  return hasRoomToKeep(drawing, styles, planDrawing(drawing, limit), limit);
};

test('the sessions of a drawing are kept where there is four times the memory that they take', () => {
  expect(keeps(64, 2000)).toBe(true);
  expect(keeps(512, 2000)).toBe(false);
  expect(keeps(512, 8000)).toBe(true);
});

test('style pictures count', () => {
  expect(keeps(64, 2000, [siteOf({ width: 1024, height: 1024 })])).toBe(false);
});

test('where memory was counted, none are', () => {
  expect(keeps(128, 205)).toBe(false);
});
