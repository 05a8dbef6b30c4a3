/** What is drawn of a film so far, in a folder beside it: frame by frame a PNG, and what the next frame begins with. */
import { lstatSync } from 'node:fs';
import { readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Preset } from '../drawing/recipe/index.js';
import { InputError } from '../errors.js';
import { removeAbandoned } from '../files/abandoned.js';
import { makeFolders, replaceWhole } from '../files/unfinished.js';
import { cantWrite } from '../files/writable.js';
import { encodePng } from '../image/encode-png.js';
import { readPhoto } from '../image/photo.js';
import type { Picture } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { openSafetensors } from '../tensor-files/safetensors.js';
import { safetensorsParts } from '../tensor-files/safetensors-writer.js';
import type { Sheet } from './draw-frames.js';
import type { FlickerSums } from './flicker.js';

/** How far a film is drawn. */
export interface Progress {
  /** Frames of the film that are drawn. */
  readonly frames: number;
  /** Pictures of how the first one was drawn, where they are wanted. */
  readonly opening: number;
  readonly sheet: Sheet;
  readonly flicker: FlickerSums;
}

/** To be raised where an older one can't be gone on with. */
const format = 'vggdraw film 1';
const sheetName = 'sheet.safetensors';
const pictureName = /^(?:drawn|opening)-\d{6}\.png$/;

const count = z.number().int().min(0);
const progressSchema = z.object({
  frames: count.min(1),
  opening: count,
  // Checked where it is drawn with, as any other.
  preset: z.looseObject({}),
  weights: z.string().optional(),
  flicker: z.object({ changes: z.number().min(0), values: z.number().min(0) }),
});

export interface WorkOptions {
  readonly path: string;
  /** The film, a part of which may be there. */
  readonly output: string;
  /** Whether to go on with what is there. */
  readonly resume: boolean;
  /** Whether what is there may be done away with. */
  readonly overwrite: boolean;
  /** Of the film and all that says how it is drawn. */
  readonly digest: string;
}

/**
 * Whether a folder has frames of a film.
 * @throws InputError where nobody has said to go on with them or to begin anew, or it is no folder.
 */
export function checkWork({ path, output, resume, overwrite }: Omit<WorkOptions, 'digest'>): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isDirectory())
    throw new InputError(`${shownName(path)}, where frames are kept while the film is drawn, is no folder`);
  const isKept = lstatSync(join(path, sheetName), { throwIfNoEntry: false }) !== undefined;
  if (!isKept || resume || overwrite) return isKept;
  const remedy = lstatSync(output, { throwIfNoEntry: false })
    ? 'the option resume with the option overwrite goes on with it, the option overwrite alone begins anew'
    : 'the option resume goes on with it, the option overwrite begins anew';
  throw new InputError(`${shownName(path)} has frames of a film that is not finished; ${remedy}`);
}

export class WorkFolder {
  private constructor(
    private readonly path: string,
    private readonly digest: string,
    /** How far another one has come, that is gone on with. */
    readonly from: Progress | undefined,
  ) {}

  /** @throws InputError as {@link checkWork}, and where there is one to go on with that is of another film, or damaged. */
  static async open({ digest, ...options }: WorkOptions): Promise<WorkFolder> {
    const { path, resume } = options;
    if (checkWork(options) && resume) return new WorkFolder(path, digest, await readProgress(path, digest));
    await making(path, () => makeFolders(path, { whileEmpty: true }));
    await removeAbandoned(path);
    const folder = new WorkFolder(path, digest, undefined);
    await folder.#clear();
    return folder;
  }

  async addDrawn(index: number, picture: Picture): Promise<void> {
    await this.#write(nameOf('drawn', index), await encodePng(picture));
  }

  async addOpening(index: number, picture: Picture): Promise<void> {
    await this.#write(nameOf('opening', index), await encodePng(picture));
  }

  /** Takes note of frames that have been added: from here on they are kept. */
  async save({ frames, opening, sheet, flicker }: Progress): Promise<void> {
    const { preset, weights, parameters, film } = sheet;
    const progress = JSON.stringify({ frames, opening, preset, weights, flicker });
    const tensors = [
      ...Object.entries(parameters).map(([name, tensor]) => ({ name: `parameters/${name}`, ...tensor })),
      { name: 'film', shape: [film.length], values: film },
    ];
    const { digest } = this;
    const parts = safetensorsParts(tensors, { format, digest, progress });
    await making(this.path, () => replaceWhole(join(this.path, sheetName), parts));
  }

  readDrawn(index: number): Promise<Picture> {
    return readPhoto(join(this.path, nameOf('drawn', index)));
  }

  readOpening(index: number): Promise<Picture> {
    return readPhoto(join(this.path, nameOf('opening', index)));
  }

  /** The film is finished, or there is nothing of it. Other things that somebody has put there stay. */
  async remove(): Promise<void> {
    await this.#clear();
    await rmdir(this.path).catch(() => {});
  }

  async #clear(): Promise<void> {
    // First of all: without it frames are nothing that anybody would go on from.
    await rm(join(this.path, sheetName), { force: true });
    for (const name of await readdir(this.path)) if (pictureName.test(name)) await rm(join(this.path, name));
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await making(this.path, () => writeFile(join(this.path, name), bytes));
  }
}

const nameOf = (kind: string, index: number): string => `${kind}-${String(index).padStart(6, '0')}.png`;

async function making<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw cantWrite(path, 'output', error);
  }
}

/** @throws InputError, of the option `resume`, where it is of another film, or damaged. */
async function readProgress(path: string, digest: string): Promise<Progress> {
  const refuse = (reason: string): never => {
    throw new InputError(`${shownName(path)} ${reason}`, { field: 'resume' });
  };
  const file = await openSafetensors(join(path, sheetName)).catch(() => refuse('is damaged; begin anew'));
  try {
    const { metadata } = file;
    if (metadata.format !== format) refuse('is of another version of vggdraw; begin anew');
    if (metadata.digest !== digest)
      refuse('is of another film, or was drawn with other options; give those, or begin anew');
    const { preset, weights, ...progress } = progressSchema.parse(JSON.parse(String(metadata.progress)));
    const tensors = [...file.tensors].map(
      ([name, tensor]) => [name, { shape: tensor.shape, values: tensor.read() }] as const,
    );
    const parameters = Object.fromEntries(
      tensors
        .filter(([name]) => name.startsWith('parameters/'))
        .map(([name, tensor]) => [name.slice('parameters/'.length), tensor]),
    );
    const film = tensors.find(([name]) => name === 'film')![1].values;
    return { ...progress, sheet: { preset: preset as unknown as Preset, weights, parameters, film } };
  } catch (error) {
    if (error instanceof InputError && error.field === 'resume') throw error;
    return refuse('is damaged; begin anew');
  } finally {
    file.close();
  }
}
