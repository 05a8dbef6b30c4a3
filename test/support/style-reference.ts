/** Style with the network `edges` of the doubles, in float64 and by its definition. */
import type { Size } from '../../src/image/picture.js';

const row = [-1, 0, 1];
const kernels = [[row, row, row].flat(), [-1, -1, -1, 0, 0, 0, 1, 1, 1]];

/** Activations [2][h·w] of a picture [3, h, w]. */
function activations(picture: ArrayLike<number>, { height, width }: Size): number[][] {
  return kernels.map((kernel) =>
    Array.from({ length: height * width }, (_, at) => {
      const [y, x] = [Math.floor(at / width), at % width];
      let sum = 0;
      for (let i = -1; i <= 1; i++) {
        for (let j = -1; j <= 1; j++) {
          if (y + i < 0 || y + i >= height || x + j < 0 || x + j >= width) continue;
          // The kernels as they are in the file.
          const weight = Math.fround(kernel[3 * (i + 1) + j + 1]! / 765);
          for (let c = 0; c < 3; c++) sum += weight * picture[(c * height + y + i) * width + x + j]!;
        }
      }
      return Math.max(0, sum);
    }),
  );
}

/** [2, 2] */
export function gramOf(picture: ArrayLike<number>, size: Size): number[] {
  const rows = activations(picture, size);
  const product = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  return rows.flatMap((a) => rows.map((b) => product(a, b) / (size.height * size.width)));
}

/** Σ(G − S)² / ΣS² */
export function styleLoss(picture: ArrayLike<number>, size: Size, wanted: readonly number[]): number {
  const squares = (values: number[]) => values.reduce((sum, value) => sum + value ** 2, 0);
  const gram = gramOf(picture, size);
  return squares(gram.map((value, i) => value - wanted[i]!)) / (squares([...wanted]) + 1e-6);
}

/** By central differences, whose error is the square of the step over the values, (0.01 / 100)². */
export function styleGradient(picture: Float32Array, size: Size, wanted: readonly number[]): number[] {
  const values = Float64Array.from(picture);
  const at = (i: number, value: number): number => {
    values[i] = value;
    return styleLoss(values, size, wanted);
  };
  return [...picture].map((value, i) => {
    const difference = at(i, value + 0.01) - at(i, value - 0.01);
    values[i] = value;
    return difference / 0.02;
  });
}
