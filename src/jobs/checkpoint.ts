/** The checkpoint of a job: the file of its drawing, and beside it the frames so far. Both go when the drawing is finished. */
import { lstatSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Checkpoint, encodeCheckpoint, readCheckpoint, saysCheckpoint } from '../drawing/checkpoint.js';
import { InputError, messageOf } from '../errors.js';
import { beginFile, replaceWhole, type UnfinishedFile } from '../files/unfinished.js';
import { cantWrite, checkOutputFile } from '../files/writable.js';
import type { Picture, Size } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { FrameLog, logBytes } from '../outputs/frame-log.js';

export interface CheckpointOptions {
  readonly path: string;
  /** Whether nobody has named it: where there can be none, the drawing goes on without. */
  readonly isImplied?: boolean | undefined;
  /** Seconds from one to the next. */
  readonly every: number;
  /** Whether to go on with the drawing that is there; where there is none, one begins. */
  readonly resume: boolean;
  /** What whoever goes on needs to know, as JSON has it. */
  readonly given: unknown;
  /** Is called when one is in its file, with its frames; the next one is written when it has settled, and it does not fail. */
  readonly kept?: ((checkpoint: Checkpoint) => Promise<void>) | undefined;
}

/** Beside the checkpoint. */
export const framesPathOf = (path: string): string => `${path}.frames`;

/** A checkpoint that is there. */
export interface Kept {
  readonly checkpoint: Checkpoint;
  /** Of each iteration that is done; NaN where the checkpoint does not say. */
  readonly losses: readonly number[];
  readonly given: unknown;
}

/** Reads the checkpoint of a job. @throws InputError, of the option `resume`, where there is none that can be used. */
export async function readKept(path: string): Promise<Kept> {
  const { checkpoint, more } = await readCheckpoint(path);
  const refuse = (reason: string): never => {
    throw new InputError(`${shownName(path)} ${reason}`, { field: 'resume' });
  };
  if (typeof more.given !== 'string') return refuse('has no files with it: it is for a program that uses the library');
  const frames = lstatSync(framesPathOf(path), { throwIfNoEntry: false });
  if (!frames?.isFile() || frames.size < logBytes(checkpoint.recipe.size, framesOf(checkpoint)))
    return refuse(`is nothing without ${shownName(framesPathOf(path))}, which is not there or cut; begin anew`);
  try {
    return { checkpoint, losses: lossesIn(more.losses, checkpoint), given: JSON.parse(more.given) };
  } catch {
    return refuse('is damaged; begin anew');
  }
}

/** As {@link JobCheckpoint} writes them; those from before it did have none. */
function lossesIn(text: unknown, { iterations }: Checkpoint): number[] {
  const found: unknown = typeof text === 'string' ? JSON.parse(text) : [];
  const given: readonly unknown[] = Array.isArray(found) ? found : [];
  return Array.from({ length: iterations }, (_, i) => (typeof given[i] === 'number' ? given[i] : Number.NaN));
}

/** With what it began with. */
const framesOf = ({ iterations }: Checkpoint): number => 1 + iterations;

export class JobCheckpoint {
  /** What the drawing goes on from. */
  readonly from: Kept | undefined;
  #log: FrameLog | undefined;
  /** The log before it has its name. */
  #unnamed: UnfinishedFile | undefined;
  #isSaved: boolean;
  #isGivenUp = false;
  #saving: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: CheckpointOptions,
    private readonly overwrite: boolean,
    private readonly warn: (text: string) => void,
    from: Kept | undefined,
  ) {
    this.from = from;
    this.#isSaved = from !== undefined;
  }

  /**
   * @param warn says to the person that there will be no more checkpoints.
   * @throws InputError where there is one of a drawing that nobody has said to go on with, or to begin anew; and as {@link readKept}.
   */
  static async open(
    options: CheckpointOptions,
    overwrite: boolean,
    warn: (text: string) => void,
  ): Promise<JobCheckpoint> {
    const { path, resume } = options;
    const isThere = isAt(path);
    if (isThere && !resume && !overwrite && (await saysCheckpoint(path))) {
      throw new InputError(
        `${shownName(path)} is of a drawing that is not finished; the option resume goes on with it, the option overwrite begins anew`,
      );
    }
    return new JobCheckpoint(options, overwrite, warn, isThere && resume ? await readKept(path) : undefined);
  }

  /** Begins the frames, or opens those that are there: then they are yielded. @throws InputError where they are not whole. */
  async *begin({ width, height, frames }: Size & { readonly frames: number }): AsyncGenerator<Picture, void, void> {
    const path = framesPathOf(this.options.path);
    const size = { width, height };
    if (!this.from) {
      await this.#orGiveUp(async () => {
        await checkSpace(path, logBytes(size, frames));
        this.#unnamed = beginFile(path);
        this.#log = await FrameLog.begin(this.#unnamed.temporary, size);
      });
      return;
    }
    try {
      this.#log = await FrameLog.reopen(path, size);
      yield* this.#log.replay(framesOf(this.from.checkpoint));
    } catch (error) {
      throw new InputError(`${shownName(path)}: ${messageOf(error)}; begin anew`, { field: 'resume', cause: error });
    }
  }

  /** Adds a frame. */
  async add(picture: Picture): Promise<void> {
    await this.#orGiveUp(async () => this.#log?.append(picture));
  }

  /**
   * Keeps a checkpoint of the latest frame that was added; resolves when the one before is kept.
   * @param losses of the iterations so far.
   */
  async save(checkpoint: Checkpoint, losses: readonly number[]): Promise<void> {
    const log = this.#log;
    const text = JSON.stringify(losses);
    await this.#saving;
    if (!log || log !== this.#log) return;
    if (log.frames !== framesOf(checkpoint)) throw new Error('the checkpoint is of another frame');
    this.#saving = this.#orGiveUp(async () => {
      await log.sync();
      if (!this.#isSaved) await this.#claim();
      await this.#write(checkpoint, text);
      this.#isSaved = true;
      await this.options.kept?.(checkpoint);
    });
  }

  /** Resolves when all is kept. @returns where, or undefined where there is nothing to go on from. */
  async settle(): Promise<string | undefined> {
    await this.#saving;
    return this.#isSaved ? this.options.path : undefined;
  }

  /** The drawing is finished: nothing of this is needed any more. */
  async remove(): Promise<void> {
    await this.#saving;
    if (!this.#isSaved) return;
    const { path } = this.options;
    // In this order: frames alone are nothing that anybody would go on from.
    await rm(path, { force: true }).catch(() => {});
    await rm(framesPathOf(path), { force: true }).catch(() => {});
  }

  /** Leaves what is kept where it is. */
  async close(): Promise<void> {
    await this.#saving;
    await this.#log?.close();
    this.#log = undefined;
    await this.#unnamed?.discard();
  }

  /** Gives the frames their name, where those of an earlier drawing may be. */
  async #claim(): Promise<void> {
    const { path } = this.options;
    if (isAt(path)) {
      if (!this.overwrite) throw new InputError(`${shownName(path)} has been made meanwhile`);
      await checkIsCheckpoint(path);
      // First of all: it has nothing to do with these frames.
      await rm(path);
    }
    if (this.overwrite) await this.#unnamed!.commit();
    else this.#unnamed!.commitNew();
  }

  async #write(checkpoint: Checkpoint, losses: string): Promise<void> {
    const { path, given } = this.options;
    await replaceWhole(path, encodeCheckpoint(checkpoint, { given: JSON.stringify(given), losses }), { flush: true });
  }

  /** Where one can't be kept, there are no more: the drawing is what counts. */
  async #orGiveUp(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (this.#isGivenUp) return;
      this.#isGivenUp = true;
      await this.#log?.close().catch(() => {});
      this.#log = undefined;
      const reason = messageOf(cantWrite(this.options.path, 'checkpoint', error));
      this.warn(`${reason}; the drawing goes on without ${this.#isSaved ? 'further ' : ''}checkpoints`);
    }
  }
}

/**
 * Checks that a checkpoint and its frames can be written, and replace nothing that is not ours.
 * @throws InputError where a file of the one's name is no checkpoint, or one of the other's has none beside it and `overwrite` is false:
 *   whose that is nobody knows.
 */
export async function checkCanKeep(path: string, overwrite: boolean, remedy?: string): Promise<void> {
  await checkOutputFile(path, 'checkpoint', true);
  if (isAt(path)) await checkIsCheckpoint(path);
  await checkOutputFile(framesPathOf(path), 'checkpoint', overwrite || isAt(path), remedy);
}

async function checkIsCheckpoint(path: string): Promise<void> {
  if (await saysCheckpoint(path)) return;
  throw new InputError(`${shownName(path)} is there and no checkpoint of a drawing; choose another name`, {
    field: 'checkpoint',
  });
}

/** @throws InputError where frames would take more than half of what a disk has free: the drawing's own files come first. */
async function checkSpace(path: string, bytes: number): Promise<void> {
  const { blocks, bavail, bsize } = await statfs(dirname(resolve(path)));
  // Some file systems have no size.
  if (blocks === 0 || 2 * bytes <= bavail * bsize) return;
  throw new InputError(`its frames would take ${Math.ceil(bytes / 1e6)} MB, more than half of what the disk has free`, {
    field: 'checkpoint',
  });
}

/** Whether anything is at a path. */
export function isAt(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false; // Whether something can be there is checked elsewhere.
  }
}
