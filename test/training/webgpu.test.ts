/** Training on WebGPU, on the processor that plays a GPU. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import { swiftShader, testWithSwiftShader } from '../support/vulkan.js';

const script = fileURLToPath(new URL('./webgpu-process.js', import.meta.url));

testWithSwiftShader('20 steps on WebGPU are those on the CPU, by the trainer and by artifacts', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: { ...process.env, ...swiftShader } });
  interface Losses {
    webgpu: number[];
    cpu: number[];
  }
  const { exported, artifacts, ...trainer } = JSON.parse(stdout) as Losses & { exported: number; artifacts: Losses };
  for (const { webgpu, cpu } of [trainer, artifacts]) {
    expect(webgpu).toHaveLength(cpu.length);
    expect(cpu.length).toBeGreaterThanOrEqual(20);
    webgpu.forEach((loss, i) => {
      expect(Math.abs(loss / cpu[i]! - 1)).toBeLessThan(1e-3);
    });
  }
  // A step of Adam is the learning rate, 0.0005, whatever the gradient's size is: where that is nearly 0, its sign is rounding's.
  expect(exported).toBeLessThan(20 * 0.0005);
});
