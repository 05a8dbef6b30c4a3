/** Drawings of presets on WebGPU, on the processor that plays a GPU. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import { swiftShader, testWithSwiftShader } from '../support/vulkan.js';
import { goldenTolerance } from './drawings.js';

const script = fileURLToPath(new URL('./webgpu-process.js', import.meta.url));

testWithSwiftShader('drawings of presets begin on WebGPU as on the CPU, which golden frames hold', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: { ...process.env, ...swiftShader } });
  const frames = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; difference: number });
  expect(frames.pop()).toEqual({});
  expect(frames).toHaveLength(2);
  for (const { name, difference } of frames) {
    expect({ name, fits: difference <= goldenTolerance }).toEqual({ name, fits: true });
  }
});
