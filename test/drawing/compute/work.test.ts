/** Guards against regressions of speed and memory without a clock: what an iteration computes, holds and moves. */
import { describe, expect, it } from '@jest/globals';
import { fastPlan, withinBudget } from '../../../src/drawing/plan/phase-plan.js';
import { findLayer } from '../../../src/networks/vgg19/layers.js';
import { vgg19Outline } from '../../../src/networks/vgg19/outline.js';
import { countFlops } from '../../../src/onnx/flops.js';
import { type Graph, peakBytes, sizeOf } from '../../../src/onnx/index.js';
import { chooseWinograd, rewriteWinograd } from '../../../src/onnx/passes/winograd/index.js';
import type { ModelSite } from '../../../src/outputs/models.js';
import { iterationModel } from '../../../src/outputs/models.js';
import { deepToShallow } from '../../support/presets.js';

const site = (layer: string, size: number): ModelSite => ({ layer: findLayer(layer), height: size, width: size });
const painting = deepToShallow;

/** As a whole, with nothing computed twice. */
const plainIteration = (layer: string, size: number): Graph => iterationModel(site(layer, size), painting);

/** As it is computed where memory does not matter. */
const iteration = (layer: string, size: number): Graph => {
  const plan = fastPlan(vgg19Outline, site(layer, size));
  return withinBudget(iterationModel({ ...site(layer, size), bands: plan.bands }, painting), plan);
};
const bytesOf = (graph: Graph, values: readonly string[]): number =>
  values.reduce((sum, value) => sum + 4 * sizeOf(graph.shape(value)), 0);

describe('an iteration on the CPU', () => {
  // Shares of the arithmetic of direct convolutions; pictures of one size cost alike per pixel, so sizes differ by their edges only.
  it.each([
    ['block4_conv2', 0.55],
    ['block5_conv2', 0.49],
  ])('%s: is at most this share of the arithmetic of direct convolutions: %d', (layer, share) => {
    for (const size of [224, 512]) {
      const graph = iteration(layer, size);
      const { graph: rewritten } = rewriteWinograd(graph, chooseWinograd);
      expect(countFlops(rewritten) / countFlops(plainIteration(layer, size))).toBeLessThan(share);
    }
  });

  it('computes 388 billion operations directly at 512×512 and block5_conv2, forth and back', () => {
    expect(countFlops(plainIteration('block5_conv2', 512)) / 1e9).toBeCloseTo(388, 0);
  });

  it('computes one in a hundred operations twice, at most: edges of bands, and the first convolution', () => {
    for (const layer of ['block2_conv2', 'block4_conv2', 'block5_conv2']) {
      const share = countFlops(iteration(layer, 512)) / countFlops(plainIteration(layer, 512));
      expect(share).toBeLessThan(layer === 'block2_conv2' ? 1.02 : 1.01);
    }
  });

  it.each([
    ['block2_conv2', 206, 3],
    ['block5_conv2', 175, 244],
  ])('%s: holds at most %d MB of values at 512×512, and %d MB of kernels', (layer, values, kernelBytes) => {
    const { graph, kernels } = rewriteWinograd(iteration(layer, 512), chooseWinograd);
    const inputs = kernels.map(({ input }) => input);
    const transformed = bytesOf(graph, inputs);
    expect(transformed / 1e6).toBeLessThan(kernelBytes);
    expect((peakBytes(graph) - transformed) / 1e6).toBeLessThan(values);
  });

  it('has each kernel once, whether it is used forth, back or both', () => {
    const { kernels } = rewriteWinograd(iteration('block5_conv2', 512), chooseWinograd);
    const sources = kernels.map(({ kernel }) => kernel);
    expect(new Set(sources).size).toBe(sources.length);
    expect(sources).toContain('block5_conv2/kernel');
  });

  it('is one run that gives out the loss, the frame and the state, and nothing else', () => {
    const graph = iteration('block5_conv2', 512);
    expect(graph.inputs).toEqual(['pixels', 'target', 'exp_avg', 'exp_avg_sq', 'step_size', 'second_moment_scale']);
    expect(graph.outputs.toSorted()).toEqual(['exp_avg_out', 'exp_avg_sq_out', 'frame', 'loss', 'pixels_out']);
    expect(graph.type('frame')).toEqual({ dtype: 'uint8', shape: [512, 512, 3] });
  });

  it.each([
    ['block2_conv2', 449],
    ['block5_conv2', 1003],
  ])('%s: is a graph of %d nodes at the most, each of which takes 0.1 ms until its session is open', (layer, nodes) => {
    expect(rewriteWinograd(iteration(layer, 512), chooseWinograd).graph.nodes.length).toBeLessThanOrEqual(nodes);
  });

  it('changes between a picture and its rows no more often than blocks begin and end', () => {
    const { graph } = rewriteWinograd(iteration('block5_conv2', 512), chooseWinograd);
    const changes = graph.nodes.filter(
      ({ opType, inputs }) => opType === 'Transpose' && graph.shape(inputs[0]!).length === 4,
    );
    // The pool of block 2 forth and back, block 3's first and last values, the loss, and signatures of ties; and the pool of block 1
    // in each band.
    expect(changes.length).toBeLessThanOrEqual(20 + 8 * 5);
  });
});
