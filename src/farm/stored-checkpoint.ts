/**
 * The checkpoint of a job in the store, so that another worker can go on with it. The file of the drawing is replaced each time; the frames are
 * kept in parts, each from where the one before ended, so that every frame travels once.
 */
import { createWriteStream } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Checkpoint, readCheckpoint } from '../drawing/checkpoint.js';
import { InputError, messageOf } from '../errors.js';
import { framesPathOf } from '../jobs/checkpoint.js';
import { logBytes } from '../outputs/frame-log.js';
import { keys, type Store, StoreError } from './store/store.js';
import { removeCheckpoint, tidyIfDone } from './tidying.js';

/** Digits of a byte's number, so that names are in order. */
const digits = 15;
const partPattern = new RegExp(`/frames-(\\d{${digits}})$`);

export class StoredCheckpoint {
  /** Bytes of the frames that are in the store. */
  #stored = 0;
  #storing: Promise<void> | undefined;
  #latest: Checkpoint | undefined;

  /**
   * @param path where the checkpoint lies on this machine.
   * @param warn says that one could not be kept.
   * @param lost is aborted where the job is not this worker's any more: then another one keeps its own.
   */
  constructor(
    private readonly store: Store,
    private readonly id: string,
    private readonly path: string,
    private readonly warn: (text: string) => void,
    private readonly lost: AbortSignal,
  ) {}

  /** Brings what is in the store to this machine. @returns whether there was something to go on from. */
  async bring(): Promise<boolean> {
    try {
      await this.store.readTo(this.#key('drawing'), this.path);
    } catch (error) {
      if (error instanceof StoreError && error.isMissing) return false;
      throw error;
    }
    try {
      const { recipe, iterations } = (await readCheckpoint(this.path)).checkpoint;
      const wanted = logBytes(recipe.size, 1 + iterations);
      const bytes = await this.#bringFrames(wanted);
      if (bytes < wanted) throw new InputError('frames are missing');
      // Else parts would not go on from each other: then all are kept once more.
      this.#stored = bytes === wanted ? wanted : 0;
      return true;
    } catch (error) {
      if (!(error instanceof InputError) || error instanceof StoreError) throw error;
      this.warn(`the checkpoint in the store can't be used: ${error.reason}; it is begun anew`);
      await this.discard();
      return false;
    }
  }

  /** @returns how many bytes: as many as are wanted, or somewhat more, or all that there are. */
  async #bringFrames(wanted: number): Promise<number> {
    const { store } = this;
    const parts = new Map<number, string>();
    for (const key of await store.list(keys.checkpoints(this.id))) {
      const [, from] = partPattern.exec(key) ?? [];
      if (from !== undefined) parts.set(Number(from), key);
    }
    let bytes = 0;
    await pipeline(
      async function* () {
        for (let key = parts.get(0); key !== undefined && bytes < wanted; key = parts.get(bytes)) {
          const part = await store.read(key);
          if (part.length === 0) return;
          bytes += part.length;
          yield part;
        }
      },
      createWriteStream(framesPathOf(this.path)),
    );
    return bytes;
  }

  /** Forgets what was brought, here and in the store. */
  async discard(): Promise<void> {
    this.#stored = 0;
    await rm(this.path, { force: true });
    await rm(framesPathOf(this.path), { force: true });
    await removeCheckpoint(this.store, this.id);
  }

  /** Begins to keep a checkpoint that is in its file. One that comes while another is on its way is passed over. */
  async keep(checkpoint: Checkpoint): Promise<void> {
    this.#latest = checkpoint;
    if (this.#storing || this.lost.aborted) return;
    const aside = `${this.path}.kept`;
    // The file is replaced by the next one, and both go with the drawing; these stay what they are.
    for (const pathOf of [(path: string) => path, framesPathOf]) {
      await rm(pathOf(aside), { force: true });
      await link(pathOf(this.path), pathOf(aside));
    }
    this.#storing = this.#write(checkpoint, aside)
      .catch((error: unknown) => this.warn(`a checkpoint could not be kept: ${messageOf(error)}`))
      .finally(() => {
        this.#storing = undefined;
      });
  }

  /** Keeps the latest one, where it is not kept yet. */
  async keepLatest(): Promise<void> {
    await this.#storing;
    if (this.#latest) await this.keep(this.#latest);
    await this.#storing;
  }

  /** Resolves when none is on its way. */
  async settle(): Promise<void> {
    await this.#storing;
  }

  async #write({ recipe, iterations }: Checkpoint, file: string): Promise<void> {
    const to = logBytes(recipe.size, 1 + iterations);
    const from = this.#stored;
    // First the frames, without which it is nothing. What another worker kept beyond an older one is replaced.
    if (to > from) {
      const part = this.#key(`frames-${String(from).padStart(digits, '0')}`);
      await this.store.writeFrom(part, framesPathOf(file), { from, to });
      this.#stored = to;
    }
    await this.store.writeFrom(this.#key('drawing'), file);
    await tidyIfDone(this.store, this.id);
  }

  #key(name: string): string {
    return keys.checkpoint(this.id, name);
  }
}
