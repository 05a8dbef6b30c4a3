/** A file that is being fetched, under a temporary name of its own that later tries find again. */
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { errorCode, InputError, messageOf } from '../errors.js';

/** What the bytes of a partial file are the beginning of. */
export interface Origin {
  readonly url: string;
  /** A strong ETag or a Last-Modified date, for If-Range; undefined where the server gives none: it can't be resumed. */
  readonly validator: string | undefined;
}

const originSchema = z.object({ url: z.string(), validator: z.string() });

export class PartialFile {
  readonly path: string;
  readonly #origin: string;
  #file: FileHandle | undefined;

  /**
   * The partial file of the file that is to lie at `final` and has the digest `digest`. Next to it, while it can be resumed,
   * lies a small file that tells its origin.
   */
  constructor(
    private readonly final: string,
    digest: string,
  ) {
    const [, hex] = digest.split(':') as [string, string];
    this.path = join(dirname(final), `${basename(final)}.${hex.slice(0, 8)}.partial`);
    this.#origin = `${this.path}.json`;
  }

  /** Bytes that are there. */
  async size(): Promise<number> {
    const found = await stat(this.path).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw this.#refusal(error);
    });
    return found?.size ?? 0;
  }

  /** Where and with what a download from `url` can go on; undefined where it has to start from the beginning. */
  async resumable(url: string): Promise<{ size: number; validator: string } | undefined> {
    const size = await this.size();
    const origin = await this.#readOrigin();
    return size > 0 && origin?.url === url ? { size, validator: origin.validator } : undefined;
  }

  /** Opens the file for more bytes at its end. @throws InputError where it can't be written. */
  async resume(): Promise<void> {
    await this.#try(async () => {
      this.#file = await open(this.path, 'a');
    });
  }

  /** Opens the file, empty, for the bytes of `origin`. @throws InputError where it can't be written. */
  async begin({ url, validator }: Origin): Promise<void> {
    await this.#try(async () => {
      // A new file, not the old one emptied: a process that had been given up may still write to that.
      await this.discard();
      this.#file = await open(this.path, 'wx');
      if (validator) await writeFile(this.#origin, JSON.stringify({ url, validator }));
    });
  }

  /** Adds bytes. @throws InputError where they can't be written: the disk is full, for instance. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#try(() => this.#file!.appendFile(bytes));
  }

  /** Closes the file, with everything on disk; harmless where it is not open. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await this.#try(async () => {
      await file?.sync();
    }).finally(() => file?.close());
  }

  /** Gives the file its final name, replacing what has that name. */
  async commit(): Promise<void> {
    await this.#try(() => rename(this.path, this.final));
    await rm(this.#origin, { force: true });
  }

  /** Removes the file. */
  async discard(): Promise<void> {
    await this.#try(async () => {
      await rm(this.path, { force: true });
      await rm(this.#origin, { force: true });
    });
  }

  async #readOrigin(): Promise<z.output<typeof originSchema> | undefined> {
    try {
      return originSchema.parse(JSON.parse(await readFile(this.#origin, 'utf8')));
    } catch {
      // None, or damaged: then we start from the beginning.
      return undefined;
    }
  }

  async #try(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  #refusal(error: unknown): InputError {
    if (error instanceof InputError) return error;
    const isFull = ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');
    const remedy = isFull ? 'the disk is full; make room' : `${messageOf(error)}; mend that`;
    return new InputError(`can't write ${this.path}: ${remedy}, or choose another folder with $VGGDRAW_CACHE`);
  }
}
