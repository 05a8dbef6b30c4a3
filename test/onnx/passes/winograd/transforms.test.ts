import { describe, expect, it } from '@jest/globals';
import {
  backwardTransforms,
  forwardTransforms,
  kernelTransform,
  type Matrix,
  tileSides,
  windowSide,
} from '../../../../src/onnx/passes/winograd/transforms.js';
import { uniforms } from '../../../support/random.js';

const times = (matrix: Matrix, vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));

/** The tile that a kernel makes of a window, by the definition of a convolution. */
function convolve(window: readonly number[], kernel: readonly number[], tile: number): number[] {
  const side = tile + 2;
  return Array.from({ length: tile ** 2 }, (_, place) => {
    const [y, x] = [Math.floor(place / tile), place % tile];
    return kernel.reduce((sum, tap, k) => sum + tap * window[(y + Math.floor(k / 3)) * side + x + (k % 3)]!, 0);
  });
}

describe.each(tileSides)('Winograd transforms for tiles of %i×%i', (tile) => {
  it.each([
    ['forward', forwardTransforms(tile), (kernel: number[]) => kernel],
    ['backward', backwardTransforms(tile), (kernel: number[]) => kernel.toReversed()],
  ])('%s: equal the convolution, with n² multiplications', (_, { input, output }, kernelOf) => {
    for (let trial = 0; trial < 20; trial++) {
      const [window, kernel] = [uniforms([windowSide(tile) ** 2]), uniforms([9])];
      const inDomain = times(kernelTransform(tile), kernel);
      const product = times(input, window).map((value, i) => value * inDomain[i]!);
      const expected = convolve(window, kernelOf(kernel), tile);
      // float64: what is left is rounding.
      times(output, product).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 12);
      });
    }
  });

  it('have matrices of the sizes they say', () => {
    const [places, points] = [tile ** 2, windowSide(tile) ** 2];
    const sizes = (matrix: Matrix) => [matrix.length, matrix[0]!.length];
    expect(sizes(kernelTransform(tile))).toEqual([points, 9]);
    for (const { input, output } of [forwardTransforms(tile), backwardTransforms(tile)]) {
      expect(sizes(input)).toEqual([points, points]);
      expect(sizes(output)).toEqual([places, points]);
    }
  });

  it('transform windows by matrices that float32 holds exactly', () => {
    for (const { input, output } of [forwardTransforms(tile), backwardTransforms(tile)]) {
      for (const value of [...input, ...output].flat()) expect(Math.fround(value)).toBe(value);
    }
  });
});
