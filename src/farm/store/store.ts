/** Where a farm keeps photos, checkpoints and drawings: the same few calls for a folder that machines share and for object storage. */
import { InputError } from '../../errors.js';
import { isDiskFull } from '../../files/writable.js';

export interface Store {
  /** What messages call it, without anything secret. */
  readonly label: string;
  has(key: string): Promise<boolean>;
  /** How many bytes it is; undefined where there is nothing of that name. */
  sizeOf(key: string): Promise<number | undefined>;
  /** @throws StoreError, `isMissing` where there is nothing of that name. */
  read(key: string): Promise<Uint8Array>;
  /** Brings it to a file. @throws StoreError as {@link read}, and the system's own error where the disk of the file is full. */
  readTo(key: string, path: string): Promise<void>;
  /** Keeps bytes: whole or not at all, in place of what has that name. */
  write(key: string, bytes: Uint8Array | string): Promise<void>;
  /** Keeps the bytes of a file, in the same way. @param part some of them: the first, and the one behind the last. */
  writeFrom(key: string, path: string, part?: Part): Promise<void>;
  /** Names that begin with so many whole parts, `drawings/ID/`, however many follow. */
  list(folder: string): Promise<string[]>;
  /** Harmless where there is nothing of that name. */
  remove(key: string): Promise<void>;
  close(): void;
}

/** Of a file: from one byte up to another, which is not in it any more. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** As createReadStream takes it. */
export const rangeOf = (part: Part | undefined): { start?: number; end?: number } =>
  part ? { start: part.from, end: part.to - 1 } : {};

/** What went wrong with a store: the work may be done another time, or by another machine, but for what is missing. */
export class StoreError extends InputError {
  constructor(
    reason: string,
    /** Whether it is only that there is nothing of that name. */
    readonly isMissing: boolean,
    cause?: unknown,
  ) {
    super(reason, { cause });
  }
}

/** Does what brings something to a file: a disk that it fills is that of the file, and not the store's. */
export async function bringing(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    throw error instanceof StoreError && isDiskFull(error.cause) ? error.cause : error;
  }
}

/** Parts of small letters, digits and `.-_`, none of which begins with a dot: no name leads out of the store. */
const keyPattern = /^(?:[a-z0-9_-][a-z0-9._-]*\/)*[a-z0-9_-][a-z0-9._-]*$/;

/** Whether something in a store can be called that. */
export const isKey = (name: string): boolean => keyPattern.test(name);

/** @throws Error for a name that nothing in a store has: one that was made up. */
export function checkKey(key: string): string {
  if (!isKey(key)) throw new Error(`${key} is no name in a store`);
  return key;
}

/** Names in a store. Photos, pictures of style, files of weights and networks have that of their bytes, so that each is kept once. */
export const keys = {
  blob: (digest: string): string => checkKey(`blobs/${digest}`),
  drawing: (id: string, file: string): string => checkKey(`drawings/${id}/${file}`),
  drawings: (id: string): string => `drawings/${id}/`,
  /** What was done. The last file of a drawing to be written: where it is, all are. */
  report: (id: string): string => keys.drawing(id, 'drawing.json'),
  /** A drawn frame, counted from 0 in its film. */
  frame: (id: string, frame: number): string => keys.drawing(id, `frame-${String(frame).padStart(6, '0')}.png`),
  checkpoint: (id: string, file: string): string => checkKey(`checkpoints/${id}/${file}`),
  /** Of a job, or of all. */
  checkpoints: (id?: string): string => (id === undefined ? 'checkpoints/' : `checkpoints/${id}/`),
  preview: (id: string): string => checkKey(`previews/${id}.jpg`),
  previews: (): string => 'previews/',
};
