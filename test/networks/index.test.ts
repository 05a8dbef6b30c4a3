import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { isSameNetwork, networkKey } from '../../src/networks/index.js';

const folder = mkdtempSync(join(tmpdir(), 'vggdraw-networks-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a network is told by the source of its weights and its deepest layer', () => {
  const key = networkKey(undefined, 'seeded:1', ['block1_conv1']);
  expect(isSameNetwork(key, networkKey(undefined, 'seeded:1', ['block1_conv1']))).toBe(true);
  const deep = networkKey(undefined, 'seeded:1', ['block2_conv1']);
  expect(isSameNetwork(deep, networkKey(undefined, 'seeded:1', ['block1_conv1', 'block2_conv1']))).toBe(true);
  expect(isSameNetwork(key, networkKey(undefined, 'seeded:2', ['block1_conv1']))).toBe(false);
  expect(isSameNetwork(key, networkKey(undefined, 'seeded:1', ['block1_conv2']))).toBe(false);
});

test('a file of weights that was written anew is another one', () => {
  const path = join(folder, 'weights.h5');
  const keyWith = (text: string) => {
    writeFileSync(path, text);
    return networkKey(undefined, path, ['block1_conv1']);
  };
  const before = keyWith('some');
  expect(isSameNetwork(before, networkKey(undefined, path, ['block1_conv1']))).toBe(true);
  expect(isSameNetwork(before, keyWith('others'))).toBe(false);
});

test('of weights that are given those alone are the same', () => {
  const weights = () => ({ source: 'given', data: new Float32Array(4) });
  const given = weights();
  const layers = ['block1_conv1'];
  expect(isSameNetwork(networkKey(undefined, given, layers), networkKey(undefined, given, layers))).toBe(true);
  expect(isSameNetwork(networkKey(undefined, given, layers), networkKey(undefined, weights(), layers))).toBe(false);
});
