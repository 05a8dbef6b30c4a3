import { describe, expect, test } from '@jest/globals';
import { workDone } from '../../../src/drawing/compute/pace.js';
import { parsePreset } from '../../../src/drawing/recipe/preset.js';
import { deepToShallow } from '../../support/presets.js';

const oneEach = (...layers: string[]) =>
  parsePreset({ phases: layers.map((layer) => ({ layer, iterations: 2, learningRate: 1 })) }, 'p');

/** Work of an iteration at a layer. */
function workOf(layer: string, size: { width: number; height: number }, isDirect = false): number {
  const [, once, twice] = workDone(oneEach(layer), size, isDirect) as [number, number, number];
  return twice - once;
}

test('an element for each frame, that of the blank paper first', () => {
  const done = workDone(deepToShallow, { width: 256, height: 192 }, false);
  expect(done).toHaveLength(93);
  expect(done[0]).toBe(0);
  expect(done).toEqual([...done].sort((a, b) => a - b));
});

test('a phase takes a while to be opened, and the first one is open when the work begins', () => {
  const [, first, second, third, fourth] = workDone(oneEach('conv3_1', 'conv3_1'), { width: 64, height: 64 }, false);
  const work = first!;
  expect([second! - first!, fourth! - third!]).toEqual([expect.closeTo(work, 9), expect.closeTo(work, 9)]);
  expect(third! - second!).toBeCloseTo(1.5 * work, 9);
});

describe('as measured, iterations of one layer after another in turn on two cores, to a fifth', () => {
  test.each([
    [
      { width: 256, height: 192 },
      { block4_conv2: 0.82, block3_conv2: 0.56, block2_conv2: 0.43, block1_conv2: 0.23 },
    ],
    [
      { width: 128, height: 96 },
      { block4_conv2: 0.8, block3_conv2: 0.46, block2_conv2: 0.31, block1_conv2: 0.156 },
    ],
    // Of BENCHMARKS.md.
    [
      { width: 512, height: 512 },
      { block4_conv2: 0.85, block2_conv2: 0.5 },
    ],
  ])('%j', (size, measured) => {
    for (const [layer, share] of Object.entries(measured)) {
      const ratio = workOf(layer, size) / workOf('block5_conv2', size) / share;
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.2);
    }
  });
});

test('by their definition, wide convolutions are more work', () => {
  const size = { width: 256, height: 256 };
  expect(workOf('conv4_2', size, true)).toBeGreaterThan(1.2 * workOf('conv4_2', size));
});

test('where a drawing begins small, each part is that much work, and opened', () => {
  const preset = { phases: [{ layer: 'conv2_2', iterations: 4, learningRate: 1 }], scales: [0.5, 1] };
  const size = { width: 256, height: 192 };
  const done = workDone(parsePreset(preset, 'p'), size, false);
  const work = done.slice(1).map((sum, i) => sum - done[i]!);
  const [small, large] = [workOf('conv2_2', { width: 128, height: 96 }), workOf('conv2_2', size)];
  [small, small, 1.5 * large, large].forEach((wanted, i) => {
    expect(work[i]!).toBeCloseTo(wanted, 9);
  });
});

test('four times the pixels are about four times the work', () => {
  const ratio = workOf('conv2_2', { width: 512, height: 512 }) / workOf('conv2_2', { width: 256, height: 256 });
  expect(ratio).toBeGreaterThan(3.5);
  expect(ratio).toBeLessThan(4.5);
});
