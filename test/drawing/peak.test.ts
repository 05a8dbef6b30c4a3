/** What a drawing promises of its memory, measured: the most that its process takes. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { parseBytes } from '../../src/drawing/recipe/bytes.js';
import { samplePath } from '../golden/drawings.js';

const script = fileURLToPath(new URL('./peak-process.js', import.meta.url));
const preset = {
  phases: ['block3_conv2', 'block2_conv2', 'block1_conv2'].map((layer) => ({ layer, iterations: 3, learningRate: 8 })),
};

// Only Linux tells it so simply.
const testOnLinux = process.platform === 'linux' ? test : test.skip;

testOnLinux.each([
  ['250M', false],
  ['300M', false],
  ['280M', true],
])('three phases at 256 pixels keep to %s', async (memory, exact) => {
  const args = [script, samplePath, memory, JSON.stringify(exact), JSON.stringify(preset)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(Number(stdout)).toBeGreaterThan(1e8);
  expect(Number(stdout)).toBeLessThanOrEqual(parseBytes(memory)!);
});
