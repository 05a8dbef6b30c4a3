/** A store that is a folder, on this machine or shared with others. */
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { open, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCode, InputError, messageOf } from '../../errors.js';
import { removeAbandoned } from '../../files/abandoned.js';
import { beginFile, makeFolders } from '../../files/unfinished.js';
import { isDiskFull } from '../../files/writable.js';
import { shownName } from '../../one-line.js';
import { bringing, checkKey, isKey, type Part, rangeOf, type Store, StoreError } from './store.js';

/** What is not there. */
const absent: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/** Behind what can't be done, where the system says why. */
const codeOf = (error: unknown): string => (errorCode(error) === undefined ? '' : ` (${errorCode(error)})`);

/** Bytes up to which a file is written at once: to have other threads do it takes longer than to write it. */
const atOnce = 2 ** 16;

export class FolderStore implements Store {
  readonly label: string;
  /** Where files lie until they are whole: in one place, so that what a worker that was killed has left there is found. */
  readonly #unfinished: string;

  private constructor(
    private readonly root: string,
    /** Whether there was nothing in it when it was opened. */
    private readonly isNew: boolean,
  ) {
    this.label = shownName(root);
    this.#unfinished = join(root, '.unfinished');
  }

  /**
   * @param isMade whether the folder is made where it is not there.
   * @throws InputError, of the option `store`, where it is not there, or none.
   */
  static async open(root: string, isMade: boolean): Promise<FolderStore> {
    const refuse = (reason: string): never => {
      throw new InputError(`${shownName(root)} ${reason}`, { field: 'store' });
    };
    const found = await stat(root).catch(() => undefined);
    if (found && !found.isDirectory()) refuse('is no folder; name one, in which photos and drawings are to lie');
    if (!found && !isMade) refuse('is no folder that is there; mount it, or name the one that jobs were added with');
    if (!found) {
      await makeFolders(root).catch((error: unknown) => refuse(`can't be made${codeOf(error)}; choose another folder`));
    }
    const names = await readdir(root).catch((error: unknown) =>
      refuse(`can't be read${codeOf(error)}; mend that, or choose another folder`),
    );
    const store = new FolderStore(root, names.length === 0);
    await removeAbandoned(store.#unfinished);
    return store;
  }

  async has(key: string): Promise<boolean> {
    return (await this.sizeOf(key)) !== undefined;
  }

  sizeOf(key: string): Promise<number | undefined> {
    const size = async (): Promise<number | undefined> => {
      const found = await stat(this.#pathOf(key));
      return found.isFile() ? found.size : undefined;
    };
    return this.#orAbsent(key, size, undefined);
  }

  read(key: string): Promise<Uint8Array> {
    return this.#telling(key, () => readFile(this.#pathOf(key)));
  }

  readTo(key: string, path: string): Promise<void> {
    const copy = async (): Promise<void> => {
      // First, so that nothing is written where there is nothing.
      const from = await open(this.#pathOf(key));
      await pipeline(from.createReadStream(), createWriteStream(path));
    };
    return bringing(() => this.#telling(key, copy));
  }

  write(key: string, bytes: Uint8Array | string): Promise<void> {
    const isSmall = bytes.length <= atOnce;
    return this.#place(key, async (path) => (isSmall ? writeFileSync(path, bytes) : writeFile(path, bytes)));
  }

  writeFrom(key: string, from: string, part?: Part): Promise<void> {
    return this.#place(key, (path) => pipeline(createReadStream(from, rangeOf(part)), createWriteStream(path)));
  }

  list(folder: string): Promise<string[]> {
    const find = async (): Promise<string[]> => {
      const within = { recursive: true, withFileTypes: true } as const;
      const entries = await readdir(this.#pathOf(folder.replace(/\/$/, '')), within);
      return entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => relative(this.root, join(parentPath, name)).split(sep).join('/'))
        .filter(isKey);
    };
    return this.#orAbsent(folder, find, []);
  }

  remove(key: string): Promise<void> {
    const path = this.#pathOf(key);
    return this.#telling(key, async () => {
      await rm(path, { force: true });
      // Where nothing else is in it.
      await rmdir(dirname(path)).catch(() => {});
    });
  }

  close(): void {}

  #pathOf(key: string): string {
    return join(this.root, ...checkKey(key).split('/'));
  }

  /** Gives the place of a key what is written to a file, which appears there when it is whole. */
  #place(key: string, write: (path: string) => Promise<void>): Promise<void> {
    const path = this.#pathOf(key);
    return this.#telling(key, async () => {
      const file = beginFile(path, this.#unfinished);
      const place = async (): Promise<void> => {
        await write(file.temporary);
        await file.commit();
      };
      try {
        await place().catch(async (error: unknown) => {
          if (errorCode(error) !== 'ENOENT' || (await this.#isAway())) throw error;
          // A folder is missing that is made with its first file, or has gone with its last one.
          for (const folder of [this.#unfinished, dirname(path)]) await makeFolders(folder);
          await place();
        });
      } finally {
        await file.discard();
      }
    });
  }

  /** What a step gives, or something else where there is nothing of that name. */
  async #orAbsent<T>(key: string, step: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await this.#telling(key, step);
    } catch (error) {
      if (error instanceof StoreError && error.isMissing) return otherwise;
      throw error;
    }
  }

  /** Whether it has nothing in it any more: what was mounted there is not now. */
  async #isAway(): Promise<boolean> {
    return !this.isNew && (await readdir(this.root).catch(() => [])).length === 0;
  }

  async #telling<T>(key: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const code = errorCode(error);
      if (code === undefined) throw error;
      if (absent.has(code)) {
        if (await this.#isAway())
          throw new StoreError(`the store ${this.label} is empty; mount it again`, false, error);
        throw new StoreError(`${key} is not in the store ${this.label}`, true, error);
      }
      const reason = isDiskFull(error) ? 'it is full; make room' : messageOf(error);
      throw new StoreError(`the store ${this.label}: ${reason}`, false, error);
    }
  }
}
