import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { toNetworkSpace } from '../../../../src/colour/spaces.js';
import { engineFor } from '../../../../src/drawing/compute/engine.js';
import { openGoals } from '../../../../src/drawing/compute/goals.js';
import { plainPlan } from '../../../../src/drawing/plan/phase-plan.js';
import { convLayers, findLayer } from '../../../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../../../src/networks/vgg19/vgg19.js';
import { contourWeights } from '../../../../src/networks/vgg19/weights/contour.js';
import { loadWeights } from '../../../../src/networks/vgg19/weights/load.js';
import { siteOf } from '../../../support/loop.js';

const through = findLayer('block3_conv1');
const layers = convLayers.slice(0, convLayers.findIndex(({ name }) => name === through.name) + 1);
const { data } = contourWeights(1, through);

describe.each(layers)('$name', ({ inChannels, outChannels, kernelOffset, biasOffset }) => {
  const kernels = data.subarray(kernelOffset, biasOffset);
  const width = 9 * inChannels;
  const rows = Array.from({ length: outChannels }, (_, k) => kernels.subarray(k * width, (k + 1) * width));

  test('has kernels of length √2, and a small bias', () => {
    for (const row of rows) {
      expect(row.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(2, 5);
    }
    const biases = [...data.subarray(biasOffset, biasOffset + outChannels)];
    expect(new Set(biases)).toEqual(new Set([2]));
  });

  test('does not answer to a plain surface', () => {
    // The sum of a kernel is its answer to ones in all channels; a kernel of ones of the same length would answer with √(2 · width).
    for (const row of rows) {
      const answer = Math.abs(row.reduce((sum, value) => sum + value, 0)) / Math.sqrt(2 * width);
      expect(answer).toBeLessThan(1e-5);
    }
  });

  test('has kernels that differ', () => {
    const [first, second] = rows as [Float32Array, Float32Array];
    const product = first.reduce((sum, value, i) => sum + value * second[i]!, 0);
    expect(Math.abs(product)).toBeLessThan(1.6);
  });
});

test('of a plain picture of any colour nothing comes through, at its border neither', async () => {
  const network = vgg19(contourWeights(1, through));
  const site = { ...siteOf({ width: 21, height: 17 }), network };
  const session = await openGoals(
    site,
    [{ name: 'block1_conv1', layer: 'block1_conv1' }],
    engineFor(network),
    plainPlan,
  );
  for (const colour of [255, 90, 0]) {
    const plain = toNetworkSpace(new Uint8Array(3 * 21 * 17).fill(colour));
    const answers = [...((await session.of(plain)).get('block1_conv1')!.data as Float32Array)];
    for (const answer of answers) expect(answer).toBeCloseTo(2, 3);
  }
  await session.release();
});

test('are the same bits everywhere, however deep they go', () => {
  const digest = createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex');
  expect(digest).toBe('02016ae1f534acea20a952b1110fd9505f92c3c1e7733c6f405e22e2f550d2f4');
  const shallow = contourWeights(1, findLayer('block2_conv1')).data;
  expect(shallow).toEqual(data.subarray(0, shallow.length));
  expect(contourWeights(2, findLayer('block1_conv1')).data).not.toEqual(data.subarray(0, 64 * 28));
});

test.each([
  ['contour', 'contour:1'],
  ['contour:7', 'contour:7'],
])('are the source %s', async (spec, source) => {
  expect((await loadWeights(spec, findLayer('block1_conv1'))).source).toBe(source);
});

test.each(['contour:', 'contour:x', 'contour:-1', 'contour:99999999999', 'contour:1:2'])('%s is none', async (spec) => {
  await expect(loadWeights(spec, through)).rejects.toThrow(/^weights: '.*': the seed must be a whole number/);
});
