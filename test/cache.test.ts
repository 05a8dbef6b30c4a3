import { isAbsolute, resolve } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { cacheFolder } from '../src/cache.js';

afterEach(() => {
  delete process.env.VGGDRAW_CACHE;
});

test('$VGGDRAW_CACHE, made absolute', () => {
  process.env.VGGDRAW_CACHE = 'somewhere/else';
  expect(cacheFolder()).toBe(resolve('somewhere/else'));
});

test.each([undefined, ''])("the system's folder where it is %j", (value) => {
  if (value !== undefined) process.env.VGGDRAW_CACHE = value;
  expect(isAbsolute(cacheFolder())).toBe(true);
  expect(cacheFolder()).toContain('vggdraw');
});
