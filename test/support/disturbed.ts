/** Weights with rounding errors of their own, which stand for another processor's. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Weights } from '../../src/networks/vgg19/weights/weights.js';

/**
 * Each weight changed by up to `relative` of itself. ONNX Runtime's kernels for AVX-512, for AVX2 and for neither part by as much as
 * 1e-7 does; Winograd's form and the direct one by as much as 1e-6.
 */
export function disturbed(weights: Weights, relative: number, seed: number): Weights {
  const random = xoroshiro128plus(seed);
  const data = weights.data.map((value) => value * (1 + relative * (2 * uniformFloat64(random) - 1)));
  return { ...weights, data };
}
