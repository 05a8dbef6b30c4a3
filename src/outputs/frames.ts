/** The folder of frames: every one as a PNG. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beginWholeFolder, checkWholeFolder, type FolderKind } from '../files/whole-folder.js';
import { encodePng } from '../image/encode-png.js';
import type { Output } from './output.js';

const frameName = (index: number): string => `frame-${String(index).padStart(5, '0')}.png`;

const frames: FolderKind = { field: 'frames', called: 'frames', part: 'frame', pattern: /^frame-\d{5,}\.png$/ };

/** Checks that frames can be put into a folder, as {@link checkWholeFolder}. */
export const checkFrameFolder = (folder: string, overwrite: boolean, remedy?: string): void =>
  checkWholeFolder(folder, frames, overwrite, remedy);

/** Starts a folder of frames: frame-00000.png first. */
export function openFrameFolder(folder: string, overwrite: boolean): Output {
  const { temporary, commit, discard } = beginWholeFolder(folder, frames, overwrite);
  let count = 0;
  return {
    field: 'frames',
    path: folder,
    async add(picture) {
      const name = frameName(count++);
      await writeFile(join(temporary, name), await encodePng(picture));
    },
    finish: async () => {},
    commit,
    discard,
  };
}
