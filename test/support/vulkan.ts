/** Kinds of Vulkan that a child process can be given on Linux, real hardware aside. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@jest/globals';

/** Where Debian's package chromium keeps SwiftShader and a Vulkan loader. */
const chromium = '/usr/lib/chromium';
const icd = join(chromium, 'vk_swiftshader_icd.json');

/** The variables with which WebGPU runs on SwiftShader: needs Debian's package chromium, and no GPU. */
export const swiftShader = { VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: chromium };
/** The same loader, without a driver. */
export const noVulkanDriver = { ...swiftShader, VK_ICD_FILENAMES: join(chromium, 'missing.json') };

/**
 * A test that needs SwiftShader: it says so where it is absent, and fails there if VGGDRAW_TEST_WEBGPU=required. A graph takes
 * seconds there until its shaders are compiled.
 */
export function testWithSwiftShader(name: string, body: () => Promise<void>, milliseconds = 300_000): void {
  if (existsSync(icd) || process.env.VGGDRAW_TEST_WEBGPU === 'required') test(name, body, milliseconds);
  else test.skip(`${name}: skipped, because ${icd} is not there (Debian: apt-get install chromium)`, () => {});
}

/** A test of what onnxruntime-node does on Linux x64, where it has WebGPU and takes CUDA. */
export function testOnLinuxX64(name: string, body: () => Promise<void>): void {
  const { platform, arch } = process;
  if (platform === 'linux' && arch === 'x64') test(name, body);
  else test.skip(`${name}: skipped, because this is ${platform} ${arch}`, () => {});
}
