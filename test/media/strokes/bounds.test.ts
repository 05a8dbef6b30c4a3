import { expect, test } from '@jest/globals';
import { bounded } from '../../../src/media/strokes/bounds.js';
import { parametersOf, strokesOf } from '../../../src/media/strokes/parameters.js';
import { asleep, isAwake } from '../../../src/media/strokes/rounds.js';
import type { Hatch } from '../../../src/media/strokes/spec.js';
import { encodeModel, Graph } from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

const size = { width: 256, height: 200 };

/** Strokes of widths from 2 to 3 as they are after a step. */
async function kept(points: number[], width: number[], hatch?: Hatch) {
  const count = width.length;
  const opacity = new Float32Array(count).fill(0.5);
  const given = parametersOf({ points: Float32Array.from(points), width: Float32Array.from(width), opacity }, size);
  const graph = new Graph('bounded');
  const inputs = {
    points: graph.input('points', 'float32', [count, 3, 2]),
    width: graph.input('width', 'float32', [count]),
  };
  for (const [name, value] of Object.entries(bounded(graph, inputs, { count, width: [3, 2], hatch })))
    graph.output(value, `${name}_out`);
  const session = await openSession(encodeModel(graph));
  const made = await session.run({
    points: new Tensor('float32', given.points!, [count, 3, 2]),
    width: new Tensor('float32', given.width!, [count]),
  });
  await session.release();
  const after = {
    ...given,
    points: made.points_out!.data as Float32Array,
    width: made.width_out!.data as Float32Array,
  };
  const strokes = strokesOf(after, size);
  return { strokes, points: Array.from(strokes.points, (value) => Math.round(100 * value) / 100) };
}

test('a stroke that is one is left alone, but for a hundredth of its bend', async () => {
  const points = [10, 10, 22, 6, 30, 10, 40, 40, 40, 60, 40, 80];
  expect((await kept(points, [2, 4])).points).toEqual([10, 10, 21.98, 6.04, 30, 10, 40, 40, 40, 60, 40, 80]);
});

test('hatching is straight, and runs as it has to', async () => {
  const edge = [10, 10, 20, 16, 30, 10];
  const { points } = await kept([...edge, 10, 10, 20, 20, 31, 12], [2, 2], { angles: [0], share: 0.5 });
  expect(points).toEqual([10, 10, 20, 15.94, 30, 10, 10, 11, 20.5, 11, 31, 11]);
});

test('a curve turns no further than a hand would, and its control point stays between its ends', async () => {
  const { points } = await kept([10, 10, 20, 60, 30, 10, 10, 10, 60, 10, 30, 10], [2, 2]);
  expect(points).toEqual([10, 10, 20, 16, 30, 10, 10, 10, 26, 10, 30, 10]);
});

test('the ends stay apart', async () => {
  const { points } = await kept([10, 10, 10.5, 10, 11, 10], [2]);
  expect(points).toEqual([8.5, 10, 10.5, 10, 12.5, 10]);
});

test('widths stay near those of new strokes', async () => {
  const { strokes } = await kept(Array(18).fill(0), [0.1, 2.4, 50]);
  [1, 2.4, 6].forEach((width, i) => {
    expect(strokes.width[i]).toBeCloseTo(width, 4);
  });
});

test('a stroke that is not drawn stays where it is', async () => {
  const { points, width } = asleep(1, false);
  const { strokes } = await kept([...points], [...width]);
  expect(isAwake(strokes, 0)).toBe(false);
  expect([...strokes.points].every(Number.isFinite)).toBe(true);
});
