/** Removes what onnxruntime-node's package brings for other systems than this one: most of its size. */
import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, InputError, messageOf } from '../../errors.js';
import { libraryFolder } from './package.js';

export interface Pruned {
  /** The folders that were removed. */
  readonly removed: readonly string[];
  /** What their files took, in bytes. */
  readonly bytes: number;
}

/**
 * Removes the libraries of every other system. Installing onnxruntime-node again brings them back.
 * @param own the folder to keep, with those of other systems around it: `bin/napi-v6/linux/x64`.
 * @throws InputError where this system's own are not there, so that it is no folder of libraries, or one can't be removed.
 */
export async function pruneLibraries(own: string = libraryFolder(process.platform, process.arch)): Promise<Pruned> {
  if (!(await stat(join(own, 'onnxruntime_binding.node')).catch(() => undefined))) {
    throw new InputError(`ONNX Runtime's libraries for this system are not in ${own}; install onnxruntime-node again`);
  }
  const all = dirname(dirname(own));
  const systems = await foldersIn(all);
  const folders = (await Promise.all(systems.map(foldersIn))).flat().filter((folder) => folder !== own);
  let bytes = 0;
  for (const folder of folders) {
    bytes += await sizeOf(folder);
    await rm(folder, { recursive: true }).catch((error: unknown) => {
      throw new InputError(`can't remove ${folder}: ${errorCode(error) ?? messageOf(error)}; see who may write there`);
    });
  }
  return { removed: folders, bytes };
}

const entriesOf = (folder: string): Promise<Dirent[]> => readdir(folder, { withFileTypes: true });

// A link is nobody's folder of libraries.
const foldersIn = async (folder: string): Promise<string[]> =>
  (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));

async function sizeOf(folder: string): Promise<number> {
  const files = (await entriesOf(folder)).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ name }) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
