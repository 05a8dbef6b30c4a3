/** Files that are made at once, when the drawing is finished. */
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setImmediate as otherWork } from 'node:timers/promises';
import { beginFile, type UnfinishedFile } from '../files/unfinished.js';
import type { Finished, Output } from './output.js';

/** Starts a file. @param make what is in it. */
export function openWhole(
  field: Output['field'],
  path: string,
  overwrite: boolean,
  make: (finished: Finished) => Promise<Uint8Array | AsyncIterable<Uint8Array> | string>,
): Output {
  const file = beginFile(path);
  writeFileSync(file.temporary, ''); // While it is there nobody removes the folder.
  return {
    field,
    path,
    add: async () => {},
    async finish(finished) {
      await otherWork(); // Several are made, one after the other.
      // Not made again where it is gone, because the process ends.
      await writeFile(file.temporary, await make(finished), { flag: 'r+' });
    },
    commit: () => commitFile(file, path, overwrite),
    discard: () => file.discard(),
  };
}

/** Gives a file its name, or a free one like it. @returns which. */
export async function commitFile(file: UnfinishedFile, path: string, overwrite: boolean): Promise<string> {
  if (overwrite) {
    try {
      await file.commit();
      return path;
    } catch {} // A folder has the name by now, for instance.
  }
  return file.commitFree();
}
