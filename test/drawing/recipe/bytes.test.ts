import { describe, expect, test } from '@jest/globals';
import { formatBytes, parseBytes } from '../../../src/drawing/recipe/bytes.js';

describe('formatBytes', () => {
  test.each([
    [512 * 2 ** 20, '512M'],
    [700.2 * 2 ** 20, '701M'],
    [4 * 2 ** 30, '4G'],
    [1.501 * 2 ** 30, '1.51G'],
    [12.31 * 2 ** 30, '12.4G'],
  ])('%d is %s, and that is enough when given back', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
    expect(parseBytes(text)).toBeGreaterThanOrEqual(Math.floor(bytes));
  });
});
