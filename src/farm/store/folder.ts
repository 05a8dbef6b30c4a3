/** A store that is a folder, on this machine or shared with others. */
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCode, InputError, messageOf } from '../../errors.js';
import { beginFile, makeFolders, replaceWhole } from '../../files/unfinished.js';
import { shownName } from '../../one-line.js';
import { checkKey, type Part, rangeOf, type Store, StoreError } from './store.js';

export class FolderStore implements Store {
  readonly label: string;

  private constructor(private readonly root: string) {
    this.label = shownName(root);
  }

  /**
   * @param isMade whether the folder is made where it is not there.
   * @throws InputError, of the option `store`, where it is not there, or none.
   */
  static async open(root: string, isMade: boolean): Promise<FolderStore> {
    if (isMade) {
      await makeFolders(root).catch((error: unknown) => {
        throw new InputError(`the folder ${shownName(root)} can't be made: ${messageOf(error)}`, { field: 'store' });
      });
    }
    const found = await stat(root).catch(() => undefined);
    if (!found?.isDirectory()) {
      throw new InputError(
        `${shownName(root)} is no folder that is there; mount it, or name the one that jobs were added with`,
        { field: 'store' },
      );
    }
    return new FolderStore(root);
  }

  async has(key: string): Promise<boolean> {
    return (await stat(this.#pathOf(key)).catch(() => undefined))?.isFile() ?? false;
  }

  read(key: string): Promise<Uint8Array> {
    return this.#telling(key, () => readFile(this.#pathOf(key)));
  }

  readTo(key: string, path: string): Promise<void> {
    return this.#telling(key, () => copyFile(this.#pathOf(key), path));
  }

  write(key: string, bytes: Uint8Array | string): Promise<void> {
    return this.#place(key, (path) => replaceWhole(path, bytes));
  }

  writeFrom(key: string, from: string, part?: Part): Promise<void> {
    return this.#place(key, async (path) => {
      const file = beginFile(path);
      try {
        await pipeline(createReadStream(from, rangeOf(part)), createWriteStream(file.temporary));
        await file.commit();
      } finally {
        await file.discard();
      }
    });
  }

  async list(folder: string): Promise<string[]> {
    const entries = await readdir(this.#pathOf(folder.replace(/\/$/, '')), { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => `${folder}${name}`);
  }

  async remove(key: string): Promise<void> {
    const path = this.#pathOf(key);
    await rm(path, { force: true });
    // Where nothing else is in it.
    await rmdir(dirname(path)).catch(() => {});
  }

  close(): void {}

  #pathOf(key: string): string {
    return join(this.root, ...checkKey(key).split('/'));
  }

  /** Writes to the place of a key, in a folder that is made where it is missing. */
  #place(key: string, write: (path: string) => Promise<void>): Promise<void> {
    const path = this.#pathOf(key);
    return this.#telling(key, async () => {
      try {
        await write(path);
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error;
        await makeFolders(dirname(path));
        await write(path);
      }
    });
  }

  async #telling<T>(key: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ENOENT') {
        throw new StoreError(`${key} is not in the store ${this.label}`, true, error);
      }
      if (code === undefined) throw error;
      const reason = code === 'ENOSPC' || code === 'EDQUOT' ? 'it is full; make room' : messageOf(error);
      throw new StoreError(`the store ${this.label}: ${reason}`, false, error);
    }
  }
}
