/** Terms of the objective against their formulas in float64, with their gradients by the canvas. */
import { describe, expect, test } from '@jest/globals';
import { caffe, colourIn, grey } from '../../src/colour/spaces.js';
import { beginTraining } from '../../src/drawing/compute/graphs.js';
import { pixels } from '../../src/media/pixels/pixels.js';
import { contentShare } from '../../src/objectives/content.js';
import { ink } from '../../src/objectives/ink.js';
import { smoothness } from '../../src/objectives/smoothness.js';
import type { Term } from '../../src/objectives/term.js';
import { encodeModel, targets } from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { edges } from '../support/doubles.js';
import { uniforms } from '../support/random.js';
import { relativeError } from '../support/relative-error.js';

const size = { height: 7, width: 5 };

/** Loss and gradient of a term by itself. */
async function evaluate(term: Term, colours: 'rgb' | 'grey', canvas: Float32Array, goals: Record<string, Tensor> = {}) {
  const medium = pixels({ colours, lower: 'black', upper: 'white' });
  const site = { network: edges(), medium, ...size };
  const results = [];
  for (const target of targets) {
    const { graph, loss, gradients } = beginTraining('term', site, { terms: [term] }, { target });
    graph.output(loss, 'loss');
    graph.output(gradients.pixels!, 'gradient');
    const session = await openSession(encodeModel(graph));
    const shape = [1, medium.space.length, size.height, size.width];
    const made = await session.run({ pixels: new Tensor('float32', canvas, shape), ...goals });
    await session.release();
    results.push({ loss: (made.loss!.data as Float32Array)[0]!, gradient: made.gradient!.data as Float32Array });
  }
  return results;
}

const expectAll = (
  results: Awaited<ReturnType<typeof evaluate>>,
  expected: { loss: number; gradient: readonly number[] },
) => {
  expect(results).toHaveLength(targets.length);
  for (const { loss, gradient } of results) {
    expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-6);
    expect(relativeError(gradient, Float32Array.from(expected.gradient))).toBeLessThan(1e-6);
  }
};

describe.each([
  ['rgb', caffe],
  ['grey', grey],
] as const)('on a canvas of %s', (colours, space) => {
  const area = size.height * size.width;
  const count = space.length * area;
  const canvas = Float32Array.from(uniforms([count], -100, 250));

  test.each([
    [255, 255, 255],
    [30, 60, 90],
  ])('ink is the mean distance from the paper: %i, %i, %i', async (...paper) => {
    const values = canvas.slice();
    const [first] = colourIn(space, paper as [number, number, number]);
    // What is paper costs nothing, and is drawn nowhere.
    values[0] = first!;
    const papers = colourIn(space, paper as [number, number, number]);
    const away = [...values].map((value, i) => value - Math.fround(papers[Math.floor(i / area)]!));
    expectAll(await evaluate(ink(3, space, paper as [number, number, number]), colours, values), {
      loss: (3 * away.reduce((sum, value) => sum + Math.abs(value), 0)) / (255 * count),
      gradient: away.map((value) => (3 * Math.sign(value)) / (255 * count)),
    });
  });

  test('smoothness is the mean squared difference of neighbours', async () => {
    let loss = 0;
    const gradient = new Array<number>(count).fill(0);
    const compare = (i: number, j: number) => {
      const difference = (canvas[i]! - canvas[j]!) / 255;
      loss += difference ** 2 / count;
      gradient[i]! += (2 * difference) / 255 / count;
      gradient[j]! -= (2 * difference) / 255 / count;
    };
    for (let i = 0; i < count; i++) {
      if (i % size.width < size.width - 1) compare(i, i + 1);
      if (i % area < area - size.width) compare(i, i + size.width);
    }
    expectAll(await evaluate(smoothness(1, space), colours, canvas), { loss, gradient });
  });
});

test('a share of the content is 1 for an activation of zeros, whatever the photo', async () => {
  for (const level of [1, 40]) {
    const shape = [1, 2, size.height, size.width];
    const goal = Float32Array.from(uniforms([2 * 35], 0, level));
    const goals = {
      'target edges': new Tensor('float32', goal, shape),
      'target energy edges': new Tensor('float32', [goal.reduce((sum, value) => sum + value * value, 0)], []),
    };
    // Plain paper has no edges but at its border, where the network pads: a black one has none at all.
    const black = Float32Array.from({ length: 3 * 35 }, (_, i) => colourIn(caffe, [0, 0, 0])[Math.floor(i / 35)]!);
    for (const { loss } of await evaluate(contentShare('edges', 2), 'rgb', black, goals))
      expect(loss).toBeCloseTo(2, 5);
  }
});
