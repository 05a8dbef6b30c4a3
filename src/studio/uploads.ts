/** Photos that pages have sent, until they are drawn or the studio ends. */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import { beginFile, type UnfinishedFile } from '../files/unfinished.js';
import { oneLine, shownName } from '../one-line.js';
import { photoName } from './drawing.js';
import { shownPhoto } from './shown-photo.js';

/** The largest file that is taken, in bytes: every photo of 64 megapixels that is not written raw has fewer. */
export const largestUpload = 256 * 2 ** 20;

/** How many are kept; of more the oldest go. */
const mostUploads = 100;

export interface Upload {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** The file as it came. */
  readonly path: string;
  /** What a page shows of it. */
  readonly shown: string;
}

/** A name that tells nothing and that nobody guesses. */
export const newId = (): string => randomBytes(9).toString('hex');

/** The name of a photo's file as a title: without its ending, in one line that is not too long. */
export const titleOf = (name: string): string =>
  oneLine(name.replace(/^.*[/\\]/s, '').replace(/\.[a-z0-9]{1,5}$/i, ''))
    .slice(0, 100)
    .trim() || 'photo';

export class Uploads {
  readonly #all = new Map<string, Upload>();

  private constructor(private readonly folder: UnfinishedFile) {}

  /** @param parent where they lie meanwhile, in a folder that goes with this process. */
  static async open(parent: string): Promise<Uploads> {
    const folder = beginFile(join(parent, 'uploads'));
    await mkdir(folder.temporary);
    return new Uploads(folder);
  }

  /** @throws InputError, naming the file as its sender does, for what is no picture. */
  async add(name: string, bytes: Uint8Array): Promise<Upload> {
    const { jpeg, width, height } = await shownPhoto(bytes).catch((error: unknown) => {
      if (!(error instanceof InputError) || name === '') throw error;
      throw new InputError(`${shownName(name)}: ${error.reason}`, { cause: error });
    });
    const id = newId();
    const path = join(this.folder.temporary, id);
    const upload = { id, title: titleOf(name), width, height, path, shown: `${path}.jpg` };
    await writeFile(path, bytes);
    await writeFile(upload.shown, jpeg);
    this.#all.set(id, upload);
    for (const old of [...this.#all.values()].slice(0, -mostUploads)) await this.#remove(old);
    return upload;
  }

  get(id: string): Upload | undefined {
    return this.#all.get(id);
  }

  async close(): Promise<void> {
    await this.folder.discard();
  }

  async #remove({ id, path, shown }: Upload): Promise<void> {
    this.#all.delete(id);
    for (const file of [path, shown]) await rm(file, { force: true });
  }
}

/** Copies a photo, and what is shown of it, into the folder of its drawing. */
export async function copyPhoto(
  from: { readonly path: string; readonly shown: string },
  folder: string,
): Promise<void> {
  await copyFile(from.path, join(folder, 'photo'));
  await copyFile(from.shown, join(folder, photoName));
}
