/** The folder of `--frames`: every frame as a PNG. */
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode, InputError, messageOf } from '../errors.js';
import { beginFile, checkFolderWritable } from '../files.js';
import type { Picture } from '../image/picture.js';
import { encodePng } from '../image/png.js';

export interface FrameFolder {
  /** Writes the next frame: frame-00000.png first. */
  add(picture: Picture): Promise<void>;
  /** Puts all frames into the folder, which is made where it is not there; frames of an earlier drawing go. */
  commit(): Promise<void>;
  /** Removes what was written and not committed. */
  discard(): Promise<void>;
}

const frameName = (index: number): string => `frame-${String(index).padStart(5, '0')}.png`;
const framePattern = /^frame-\d{5,}\.png$/;

/** @throws InputError where the folder can't be made or written, or has frames in it and `overwrite` is false. */
export async function checkFrameFolder(folder: string, overwrite: boolean): Promise<void> {
  const names = await readdir(folder).catch(async (error: unknown) => {
    if (errorCode(error) === 'ENOTDIR') throw new InputError(`--frames: ${folder} is not a folder`);
    if (errorCode(error) !== 'ENOENT') throw new InputError(`--frames: can't read ${folder}: ${messageOf(error)}`);
    await checkFolderWritable(dirname(resolve(folder)), '--frames');
    return undefined;
  });
  if (!names) return;
  await checkFolderWritable(folder, '--frames');
  if (!overwrite && names.some((name) => framePattern.test(name))) {
    throw new InputError(`--frames: ${folder} has frames in it; add --overwrite to replace them, or choose another`);
  }
}

/** Starts a folder of frames; they appear in it all at once, when they are committed. */
export async function openFrameFolder(folder: string): Promise<FrameFolder> {
  const path = resolve(folder);
  const unfinished = beginFile(path);
  await mkdir(unfinished.temporary);
  let count = 0;
  return {
    async add(picture) {
      const name = frameName(count++);
      await writeFile(join(unfinished.temporary, name), await encodePng(picture)).catch((error: unknown) => {
        throw new InputError(`--frames: can't write ${join(folder, name)}: ${messageOf(error)}`);
      });
    },
    async commit() {
      await mkdir(path).catch((error: unknown) => {
        if (errorCode(error) !== 'EEXIST') throw error;
      });
      for (const name of await readdir(path)) if (framePattern.test(name)) await rm(join(path, name));
      for (const name of await readdir(unfinished.temporary)) {
        await rename(join(unfinished.temporary, name), join(path, name));
      }
      await rmdir(unfinished.temporary);
    },
    discard: () => unfinished.discard(),
  };
}
