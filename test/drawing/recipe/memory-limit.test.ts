import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { givenNetwork } from '../../../src/drawing/recipe/index.js';
import { memoryLimit, memorySchema } from '../../../src/drawing/recipe/memory-limit.js';
import { residual } from '../../support/networks.js';

describe('memorySchema', () => {
  test.each([
    ['512M', 512 * 2 ** 20],
    ['4G', 4 * 2 ** 30],
    ['4g', 4 * 2 ** 30],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['2 GB', 2 * 2 ** 30],
    ['800k', 800 * 2 ** 10],
    ['1T', 2 ** 40],
    ['123456789', 123456789],
    [123456789, 123456789],
  ])('%s is %d bytes', (given, bytes) => {
    expect(memorySchema.parse(given)).toBe(bytes);
  });

  test.each(['', 'much', '-4G', '4X', 'G', '1.5.2G', '0', '0.1', 0, -1, Number.NaN, Number.POSITIVE_INFINITY, null])(
    '%p is none',
    (given) => {
      expect(memorySchema.safeParse(given).success).toBe(false);
    },
  );

  test('of another kind it says the same of', () => {
    const { error } = memorySchema.safeParse(true);
    expect(error!.issues[0]!.message).toBe('expected bytes with a unit, such as 512M, 4G or 1.5GiB');
  });
});

describe('memoryLimit', () => {
  test('what is given', () => {
    expect(memoryLimit(1000)).toEqual({ bytes: 1000, isGiven: true });
  });

  test('else what the machine has free', () => {
    const { bytes, isGiven } = memoryLimit(undefined);
    expect(isGiven).toBe(false);
    expect(bytes).toBeGreaterThan(2 ** 20);
    expect(bytes).toBeLessThanOrEqual(process.constrainedMemory() || Number.POSITIVE_INFINITY);
  });
});

test('a network that takes more to read than may be used is not read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-network-'));
  try {
    const network = join(folder, 'net.onnx');
    await writeFile(network, residual().file('scores'));
    await expect(givenNetwork({ network, memory: '100M' })).rejects.toThrow(
      /^network: reading net\.onnx takes 182M of memory at the least, and 100M may be used; give more memory$/,
    );
    expect(await givenNetwork({ network, memory: '200M' })).toMatchObject({ source: 'net.onnx' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
