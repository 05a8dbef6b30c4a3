import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InputError } from '../../../src/errors.js';
import { installCuda } from '../../../src/runtime/providers/install.js';
import { cudaLibraries, madeUp } from './machines.js';

let folder: string;
let script: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-install-'));
  script = join(folder, 'install.cjs');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const linux = { platform: 'linux', arch: 'x64' };

test('runs the installer and tells it to install, whatever else is set', async () => {
  await writeFile(script, "if (process.env.ONNXRUNTIME_NODE_INSTALL !== 'true') process.exit(9);");
  await expect(installCuda(madeUp({ ...linux, libraries: cudaLibraries }), script)).resolves.toBeUndefined();
});

test('says when the installer fails', async () => {
  await writeFile(script, 'process.exit(7)');
  const failed = installCuda(madeUp({ ...linux, libraries: cudaLibraries }), script);
  await expect(failed).rejects.toThrow(InputError);
  await expect(failed).rejects.toThrow(/installer failed \(code 7\).* it needs a network .* has to write to .*linux/);
});

test('says when the files did not come', async () => {
  await writeFile(script, '');
  const one = madeUp({ ...linux, libraries: cudaLibraries.slice(0, 1) });
  await expect(installCuda(one, script)).rejects.toThrow(/libonnxruntime_providers_cuda\.so did not come to /);
});

test.each([
  ['win32', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'arm64'],
])('does not run where there are no files: %s %s', async (platform, arch) => {
  await writeFile(script, 'process.exit(7)');
  await expect(installCuda(madeUp({ platform, arch }), script)).rejects.toThrow(
    `onnxruntime-node has CUDA files for Linux on x64 only, and this is ${platform} ${arch}`,
  );
});
