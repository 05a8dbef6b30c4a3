import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { InputError } from '../../../src/errors.js';
import { pruneLibraries } from '../../../src/runtime/providers/prune.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-prune-'));
  for (const system of ['linux/x64', 'linux/arm64', 'darwin/arm64', 'win32/x64']) {
    await mkdir(join(folder, system), { recursive: true });
    await writeFile(join(folder, system, 'onnxruntime_binding.node'), 'native');
  }
  await writeFile(join(folder, 'linux', 'x64', 'libonnxruntime_providers_cuda.so'), 'brought by its installer');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('removes the libraries of other systems, and nothing of its own', async () => {
  const own = join(folder, 'linux', 'x64');
  const { removed, bytes } = await pruneLibraries(own);
  expect(removed.map((path) => path.slice(folder.length + 1)).sort()).toEqual([
    'darwin/arm64',
    'linux/arm64',
    'win32/x64',
  ]);
  expect(bytes).toBe(3 * 'native'.length);
  expect(removed.some((path) => existsSync(path))).toBe(false);
  expect((await readdir(own)).sort()).toEqual(['libonnxruntime_providers_cuda.so', 'onnxruntime_binding.node']);
  expect(await pruneLibraries(own)).toEqual({ removed: [], bytes: 0 });
});

test('removes nothing where its own are not there', async () => {
  await expect(pruneLibraries(join(folder, 'linux', 'riscv64'))).rejects.toThrow(InputError);
  expect(await readdir(folder)).toHaveLength(3);
});
