/** The folder of frames: every one as a PNG. */
import { type Dirent, existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, InputError, messageOf } from '../errors.js';
import { liesIn } from '../files/places.js';
import { beginFile, replaceFolder } from '../files/unfinished.js';
import { checkCanMake, replacing } from '../files/writable.js';
import { encodePng } from '../image/encode-png.js';
import type { Output } from './output.js';

const frameName = (index: number): string => `frame-${String(index).padStart(5, '0')}.png`;
const framePattern = /^frame-\d{5,}\.png$/;

/** What file managers leave in every folder that they show. */
const droppings: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

const isFrame = (entry: Dirent): boolean => framePattern.test(entry.name) && entry.isFile();
const isForeign = (entry: Dirent): boolean => !isFrame(entry) && !droppings.has(entry.name);

/**
 * Checks that frames can be put into a folder. As it appears, and is replaced, as a whole, nothing else may be in it.
 * @param remedy what the person may do about frames that are there.
 * @throws InputError where it can't be made or written, has anything but frames in it, or frames and `overwrite` is false.
 */
export function checkFrameFolder(folder: string, overwrite: boolean, remedy = replacing): void {
  const refuse = (reason: string): never => {
    throw new InputError(reason, { field: 'frames' });
  };
  const path = pathOf(folder);
  checkCanMake(path, 'frames');
  if (!existsSync(path)) return;
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    refuse(errorCode(error) === 'ENOTDIR' ? `${folder} is not a folder` : `can't read ${folder}: ${messageOf(error)}`);
  }
  const foreign = entries.find(isForeign);
  if (foreign) refuse(`${folder} has ${foreign.name} in it, which is no frame; choose another folder`);
  if (!overwrite && entries.some(isFrame)) {
    refuse(`${folder} has frames in it; ${remedy}, or choose another`);
  }
  if (liesIn('.', path)) refuse(`${folder} is where you are, and can't be replaced; choose a folder in it`);
  if (statSync(path).dev !== statSync(dirname(path)).dev) {
    refuse(`${folder} is a disk of its own, and can't be replaced; choose a folder in it`);
  }
}

/** Starts a folder of frames: frame-00000.png first. */
export function openFrameFolder(folder: string, overwrite: boolean): Output {
  const path = pathOf(folder);
  const unfinished = beginFile(path);
  mkdirSync(unfinished.temporary); // Not under way when the process ends.
  let count = 0;
  return {
    field: 'frames',
    path: folder,
    async add(picture) {
      const name = frameName(count++);
      await writeFile(join(unfinished.temporary, name), await encodePng(picture));
    },
    finish: async () => {},
    async commit() {
      // Looked at once more: others may have put something there meanwhile.
      if (overwrite && holdsFramesAlone(path)) replaceFolder(path, unfinished);
      else return join(dirname(folder), basename(unfinished.commitFree()));
      return folder;
    },
    discard: () => unfinished.discard(),
  };
}

function holdsFramesAlone(path: string): boolean {
  if (!existsSync(path)) return false;
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.some(isFrame) && !entries.some(isForeign);
}

/** Where the folder lies: a symbolic link to one stays, and what it leads to is replaced. */
function pathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder); // It is not there.
  }
}
