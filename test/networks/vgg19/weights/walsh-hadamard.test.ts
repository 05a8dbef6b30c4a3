import { expect, test } from '@jest/globals';
import { walshHadamard } from '../../../../src/networks/vgg19/weights/walsh-hadamard.js';

test.each([1, 2, 4, 8, 64, 128, 512])('size %d: the product with (−1)^popcount(i & j)', (size) => {
  const values = Float64Array.from({ length: size }, (_, i) => ((i * 37) % 101) - 50);
  const expected = values.map((_, i) =>
    values.reduce(
      (sum, value, j) => sum + value * (-1) ** [...(i & j).toString(2)].filter((bit) => bit === '1').length,
      0,
    ),
  );
  const transformed = values.slice();
  walshHadamard(transformed, size);
  expect(transformed).toEqual(expected);
});

test('each run of `size` values by itself', () => {
  const values = Float64Array.of(1, 2, 3, 4, 10, 20);
  walshHadamard(values, 2);
  expect(values).toEqual(Float64Array.of(3, -1, 7, -1, 30, -10));
});
