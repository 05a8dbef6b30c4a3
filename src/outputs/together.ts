/** Files of a folder, or one, that appear all together, or not at all. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned } from '../files/abandoned.js';
import { beginFile, makeFolders, removeMadeFolders } from '../files/unfinished.js';
import { cantWrite, checkOutputFile } from '../files/writable.js';

/**
 * Checks that files can be written, for whoever has work to do before there is anything to write.
 * @param output the folder. @param names the files in it.
 * @param remedy what to do about a file that is there and may not be replaced.
 * @returns their paths.
 * @throws InputError, of the option `output`, where the folder can't be made or written, or a file is there and `overwrite` is false.
 */
export async function checkTogether(
  output: string,
  names: readonly string[],
  overwrite: boolean,
  remedy?: string,
): Promise<string[]> {
  const paths = names.map((name) => join(output, name));
  for (const path of paths) await checkOutputFile(path, 'output', overwrite, remedy);
  return paths;
}

/**
 * Writes files to a folder, all or none.
 * @param contents their bytes by their names, whole or in parts.
 * @returns the paths written.
 * @throws InputError as {@link checkTogether}, and where the disk is full.
 */
export async function writeTogether(
  output: string,
  contents: Readonly<Record<string, Uint8Array | readonly Uint8Array[]>>,
  overwrite: boolean,
): Promise<string[]> {
  const paths = await checkTogether(output, Object.keys(contents), overwrite);
  const bytes = Object.values(contents);
  const files = paths.map((path) => beginFile(path));
  const named: string[] = [];
  let writing = output;
  try {
    await makeFolders(output, { whileEmpty: true });
    void removeAbandoned(output);
    for (const [i, file] of files.entries()) {
      writing = paths[i]!;
      await writeFile(file.temporary, [bytes[i]!].flat());
    }
    for (const [i, file] of files.entries()) {
      writing = paths[i]!;
      if (overwrite) {
        await file.commit();
      } else {
        file.commitNew();
        named.push(paths[i]!);
      }
    }
  } catch (error) {
    for (const path of named) await rm(path);
    throw cantWrite(writing, 'output', error);
  } finally {
    for (const file of files) await file.discard();
    removeMadeFolders();
  }
  return paths;
}
