/** Where a photo comes from: a file, or the bytes of one. */
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isUint8Array } from 'node:util/types';
import { InputError } from '../errors.js';
import { beginningOf, whyUnreadable } from '../files/readable.js';
import { shownName } from '../one-line.js';

/** A path, a `file:` URL, or what such a file holds. */
export type PhotoSource = string | URL | Uint8Array;

export interface PhotoFile {
  /** What messages call it: its path, or `photo`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The largest file that is read, in bytes; 64 megapixels of uncompressed 16-bit RGBA take 512 MB. */
export const largestPhotoFile = 2 ** 30;

/** @throws InputError that names the file, or `photo` where it is nothing of the kind. */
export async function readSource(source: PhotoSource): Promise<PhotoFile> {
  if (isUint8Array(source)) {
    return naming('photo', async () => {
      checkLength(source.length);
      return { name: 'photo', bytes: Buffer.from(source.buffer, source.byteOffset, source.byteLength) };
    });
  }
  const path = pathOf(source);
  await checkPhotoFile(path);
  return reading(path, async () => ({ name: path, bytes: await readFile(path) }));
}

/** How films begin, taken for Latin-1: MP4, MOV, WebM, MKV, AVI. HEIC and AVIF begin as the first, with other brands. */
const beginsFilm = /^(?:.{4}ftyp(?:iso|mp4|avc|M4V|qt {2}|3g|dash|MSNV)|.E\xdf\xa3|RIFF.{4}AVI )/s;

/**
 * Checks that there is a file at a path that could be a photo, without reading more than its beginning.
 * @throws InputError that names it.
 */
export async function checkPhotoFile(path: string): Promise<void> {
  await reading(path, async () => {
    const found = await stat(path);
    if (found.isDirectory()) throw new InputError('it is a folder; name a photo in it');
    if (!found.isFile()) throw new InputError('it is not an ordinary file; save the photo in one');
    checkLength(found.size);
    if (beginsFilm.test(await beginningOf(path)))
      throw new InputError("it is a film, which 'vggdraw film' draws; give a JPEG, PNG or another picture");
  });
}

/** As {@link naming}; what the system says is put into words. */
const reading = <T>(path: string, read: () => Promise<T>): Promise<T> =>
  naming(path, async () => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(whyUnreadable(error), { cause: error });
    }
  });

/** What `read` gives, or its error with the file's name. */
export async function naming<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) {
      throw new InputError(`can't read ${shownName(name)}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function pathOf(source: unknown): string {
  if (typeof source === 'string') return source;
  if (!(source instanceof URL)) {
    throw new InputError("photo: expected a path, a file: URL, or a file's bytes as a Uint8Array");
  }
  try {
    return fileURLToPath(source);
  } catch (error) {
    throw new InputError(`photo: ${source.protocol} addresses can't be read; give the path of a file`, {
      cause: error,
    });
  }
}

function checkLength(bytes: number): void {
  if (bytes === 0) throw new InputError('the file is empty; get a whole copy of it');
  if (bytes > largestPhotoFile) throw new InputError('the file is larger than 1 GB; save it as JPEG or PNG');
}
