import { expect, test } from '@jest/globals';
import { memoryEstimate } from '../../../src/drawing/plan/memory-needed.js';
import { checkOptions, type DrawOptions } from '../../../src/drawing/recipe/index.js';
import type { Size } from '../../../src/image/picture.js';

const amounts = Array.from({ length: 14 }, (_, i) => 2 ** (28 + i));
const megabytes = async ({ width, height }: Size, options: DrawOptions): Promise<number> => {
  const estimate = await memoryEstimate(await checkOptions(options), amounts);
  return (await estimate({ width, height, rgb: new Uint8Array(3 * width * height) })) / 2 ** 20;
};
const shallow = { phases: [{ layer: 'block1_conv2', iterations: 2, learningRate: 1 }] };
const square = (side: number): Size => ({ width: side, height: side });

test('the larger a drawing, and the deeper its layers, the more it needs', async () => {
  expect(await megabytes(square(16), { preset: shallow })).toBe(256);
  const needed = [
    await megabytes(square(512), { preset: shallow }),
    await megabytes(square(512), { preset: 'pencil' }),
    await megabytes(square(1024), { preset: 'pencil', size: 1024 }),
  ];
  expect(needed).toEqual(needed.toSorted((a, b) => a - b));
  expect(needed.at(-1)! / needed[0]!).toBeGreaterThanOrEqual(2);
});

test('what would take more than 4 GB at once is rather drawn slower', async () => {
  expect(await megabytes(square(2048), { preset: 'painting', size: 2048 })).toBe(4096);
});

test('a photo that will not do is refused', async () => {
  await expect(megabytes(square(4), { preset: 'sketch', weights: 'seeded' })).rejects.toThrow(
    /4×4 pixels when looked at, but block5_conv2 needs 16/,
  );
});
