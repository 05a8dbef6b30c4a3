/** The checkpoint of a job: the file of its drawing, and beside it the frames so far. Both go when the drawing is finished. */
import { lstatSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Checkpoint, encodeCheckpoint, readCheckpoint } from '../drawing/checkpoint.js';
import { InputError, messageOf } from '../errors.js';
import { beginFile, type UnfinishedFile } from '../files/unfinished.js';
import { cantWrite, checkOutputFile } from '../files/writable.js';
import type { Picture, Size } from '../image/picture.js';
import { shownName } from '../one-line.js';
import { check } from '../validation.js';
import { FrameLog, type Logged } from './frame-log.js';

export interface CheckpointOptions {
  readonly path: string;
  /** Seconds from one to the next. */
  readonly every: number;
  /** Whether to go on with the drawing that is there; where there is none, one begins. */
  readonly resume: boolean;
  /** What whoever goes on needs to know, as JSON has it. */
  readonly given: unknown;
}

/** Beside the checkpoint. */
export const framesPathOf = (path: string): string => `${path}.frames`;

/** A checkpoint that is there. */
export interface Kept {
  readonly checkpoint: Checkpoint;
  readonly logged: Logged;
  readonly given: unknown;
}

const keptSchema = z.object({ frames: z.number().int().min(1), bytes: z.number().int().min(1), given: z.unknown() });

/** Reads the checkpoint of a job. @throws InputError, of the option `resume`, where there is none that can be used. */
export async function readKept(path: string): Promise<Kept> {
  const { checkpoint, more } = await readCheckpoint(path);
  const refuse = (reason: string): never => {
    throw new InputError(`${shownName(path)} ${reason}`, { field: 'resume' });
  };
  if (typeof more.job !== 'string') return refuse('has no files with it: it is for a program that uses the library');
  try {
    const { given, ...logged } = check(keptSchema, JSON.parse(more.job));
    if (logged.frames === checkpoint.iterations + 1) return { checkpoint, logged, given };
  } catch {} // As damaged as with another number of frames.
  return refuse('is damaged; begin anew');
}

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
    for (const one of [path, framesPathOf(path)]) await checkOutputFile(one, 'checkpoint', true);
    const isThere = isAt(path);
    if (isThere && !resume && !overwrite) {
      throw new InputError(
        `${shownName(path)} is of a drawing that was not finished; the option resume goes on with it, the option overwrite begins anew`,
      );
    }
    return new JobCheckpoint(options, overwrite, warn, isThere && resume ? await readKept(path) : undefined);
  }

  /** Whether there is one that can be gone on from. */
  get isSaved(): boolean {
    return this.#isSaved;
  }

  /** Begins the frames, or opens those that are there: then they are yielded. @throws InputError where they are not whole. */
  async *begin(size: Size): AsyncGenerator<Picture, void, void> {
    const path = framesPathOf(this.options.path);
    if (!this.from) {
      await this.#orGiveUp(async () => {
        this.#unnamed = beginFile(path);
        this.#log = await FrameLog.begin(this.#unnamed.temporary, size);
      });
      return;
    }
    try {
      const { width, height } = size;
      this.#log = await FrameLog.reopen(path, { width, height }, this.from.logged);
      yield* this.#log.replay();
    } catch (error) {
      const reason = `the frames so far, in ${shownName(path)}, are not whole; begin anew, with the option overwrite`;
      throw new InputError(reason, { field: 'resume', cause: error });
    }
  }

  /** Adds a frame. */
  async add(picture: Picture): Promise<void> {
    await this.#orGiveUp(async () => this.#log?.append(picture));
  }

  /** Keeps a checkpoint of the latest frame that was added; resolves when the one before is kept. */
  async save(checkpoint: Checkpoint): Promise<void> {
    const log = this.#log;
    await this.#saving;
    if (!log || log !== this.#log) return;
    const { length } = log;
    this.#saving = this.#orGiveUp(async () => {
      await log.sync();
      if (!this.#isSaved) await this.#claim();
      await this.#write(checkpoint, length);
      this.#isSaved = true;
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
      // First of all: it has nothing to do with these frames.
      await rm(path);
    }
    await this.#unnamed!.commit();
  }

  /** Whole or not at all, and so that it outlives a loss of power: what was there before is there until then. */
  async #write(checkpoint: Checkpoint, { frames, bytes }: Logged): Promise<void> {
    const { path, given } = this.options;
    const file = beginFile(path);
    try {
      const parts = encodeCheckpoint(checkpoint, { job: JSON.stringify({ frames, bytes, given }) });
      await writeFile(file.temporary, parts, { flag: 'wx', flush: true });
      await file.commit();
    } finally {
      await file.discard();
    }
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

const isAt = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
