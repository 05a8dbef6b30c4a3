import { describe, expect, test } from '@jest/globals';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { fillOrthogonalRows, orthonormalColumns } from '../../../../src/networks/vgg19/weights/orthogonal.js';

describe('fillOrthogonalRows', () => {
  test.each([
    [4, 36],
    [64, 64],
    [64, 576],
    [128, 30],
  ])('%d channels, %d rows', (channels, count) => {
    const width = 9 * channels;
    const rows = new Float32Array(count * width);
    fillOrthogonalRows(rows, channels, 3, xoroshiro128plus(5));
    let error = 0;
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < width; i++) product += rows[a * width + i]! * rows[b * width + i]!;
        error = Math.max(error, Math.abs(product / 9 - (a === b ? 1 : 0)));
      }
    }
    expect(error).toBeLessThan(1e-6);
  });
});

describe('orthonormalColumns', () => {
  test.each([
    [1, 1],
    [9, 9],
    [64, 27],
    [64, 64],
  ])('%d × %d', (height, width) => {
    const matrix = orthonormalColumns(height, width, xoroshiro128plus(5));
    expect(matrix).toHaveLength(height * width);
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < height; i++) product += matrix[i * width + a]! * matrix[i * width + b]!;
        expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(1e-14);
      }
    }
  });
});
