import { expect, test } from '@jest/globals';
import { phasesOf } from '../../src/drawing/compose.js';
import { iterationGraph } from '../../src/drawing/compute/graphs.js';
import { type PresetInput, parsePreset } from '../../src/drawing/recipe/preset.js';
import { presets } from '../../src/drawing/recipe/presets.js';
import { leftOf, segmentOf, segmentsOf } from '../../src/drawing/segments.js';
import type { Size } from '../../src/image/picture.js';
import { countFlops } from '../../src/onnx/index.js';
import { loopOf } from '../support/loop.js';
import { deepToShallow } from '../support/presets.js';

const segmentsIn = (given: PresetInput, size: Size) => {
  const preset = parsePreset(given, 'test');
  return segmentsOf(loopOf(preset, size), phasesOf(preset), preset.scales);
};
const pencil: PresetInput = {
  canvas: { colours: 'grey' },
  phases: [
    { layer: 'block2_conv2', iterations: 20, learningRate: 14, ink: 1 },
    { layer: 'block1_conv2', iterations: 10, learningRate: 6, ink: 1 },
  ],
};

test('each phase is a segment where there is one size', () => {
  const { phases } = presets.painting;
  const segments = segmentsIn(presets.painting, { width: 256, height: 192 });
  expect(segments.map(({ count }) => count)).toEqual(phases.map(({ iterations }) => iterations));
  for (const { site, first } of segments) expect([site.width, site.height, first]).toEqual([256, 192, 0]);
});

test('segments of a size have one site', () => {
  const segments = segmentsIn({ ...pencil, scales: [0.5, 1] }, { width: 256, height: 192 });
  expect(segments.map(({ site, phase, count }) => [site.width, site.height, phase.label, count])).toEqual([
    [128, 96, 'block2_conv2', 15],
    [256, 192, 'block2_conv2', 5],
    [256, 192, 'block1_conv2', 10],
  ]);
  expect(segments[1]!.site).toBe(segments[2]!.site);
});

test('no side is too short for the deepest layer of all phases', () => {
  const at = (longest: number) =>
    segmentsIn({ ...deepToShallow, scales: [0.25, 0.5, 1] }, { width: longest, height: longest })[0]!.scale;
  // block5_conv2 has a position for each 16 pixels.
  expect([at(64), at(63), at(61), at(32), at(30)]).toEqual([0.25, 0.25, 0.5, 0.5, 1]);
});

test('a pencil drawing that begins small is less than a third of the work', () => {
  const work = (given: PresetInput) =>
    segmentsIn(given, { width: 1024, height: 768 }).reduce(
      (sum, { site, phase, count }) => sum + count * countFlops(iterationGraph(site, phase, 'photo')),
      0,
    );
  expect(work({ ...pencil, scales: [0.25, 0.5, 1] }) / work(pencil)).toBeLessThan(1 / 3);
});

test('a drawing that goes on has left of each segment what is not done', () => {
  const segments = segmentsIn({ ...pencil, scales: [0.5, 1] }, { width: 256, height: 192 });
  const left = (iterations: number) => leftOf(segments, iterations).map(({ first, count }) => [first, count]);
  expect([0, 14, 15, 18, 30].map(left)).toEqual([
    [
      [0, 15],
      [15, 5],
      [0, 10],
    ],
    [
      [14, 1],
      [15, 5],
      [0, 10],
    ],
    [
      [15, 0],
      [15, 5],
      [0, 10],
    ],
    [
      [15, 0],
      [18, 2],
      [0, 10],
    ],
    [
      [15, 0],
      [20, 0],
      [10, 0],
    ],
  ]);
  expect([0, 14, 15, 20, 29].map((iteration) => segments.indexOf(segmentOf(segments, iteration)))).toEqual([
    0, 0, 1, 2, 2,
  ]);
});
