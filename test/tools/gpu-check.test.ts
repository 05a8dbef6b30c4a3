import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import { swiftShader, testWithSwiftShader } from '../support/vulkan.js';

const script = fileURLToPath(new URL('../../tools/gpu-check.js', import.meta.url));

testWithSwiftShader('gpu-check compares and times a software renderer where it is asked to', async () => {
  const compared = ['--compared', 'block1_conv2', '--comparedSize', '16'];
  const timed = ['--layers', 'block1_conv1', '--sizes', '16', '--rounds', '1', '--seconds', '0.1'];
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--software', ...compared, ...timed], {
    env: { ...process.env, ...swiftShader },
  });
  expect(stdout).toMatch(/^- webgpu: SwiftShader \(software renderer\)$/m);
  const [, difference] = /^\| provider \| block1_conv2 \|\n.*\n\| webgpu \| (\S+) \|$/m.exec(stdout)!;
  expect(Number(difference)).toBeLessThan(1e-4);
  expect(stdout).toMatch(/^\| webgpu \| block1_conv1 \| 16 \| [\d.]+ \([\d.]+–[\d.]+\) \| /m);
});
