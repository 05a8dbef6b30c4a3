/** Reads a photo, whatever camera, program or attacker the file comes from. */
import { readFile, stat } from 'node:fs/promises';
import { errorCode, InputError, messageOf } from '../errors.js';
import { bmp } from './formats/bmp.js';
import type { CheckedFile, Format } from './formats/format.js';
import { gif } from './formats/gif.js';
import { jpeg } from './formats/jpeg.js';
import { png } from './formats/png.js';
import { tiff } from './formats/tiff.js';
import { type Bitmap, layOnPaper, liesOnItsSide } from './paper.js';
import type { Picture, Size } from './picture.js';

/**
 * The most pixels a photo may have, in millions. Decoding takes up to 40 bytes a pixel: jpeg-js keeps a JPEG's
 * coefficients as 32-bit numbers, so that a file of this size needs 2 to 2.5 GB for a moment.
 */
export const maxMegapixels = 64;

/** The largest file that is read, in bytes; 64 megapixels of uncompressed 16-bit RGBA take 512 MB. */
const maxFileSize = 2 ** 30;

const formats: readonly Format[] = [jpeg, png, bmp, gif, tiff];

/** A photo whose file was read and looked through. */
export interface Photo extends Size {
  /** Its pixels; the size is theirs. @throws InputError, as {@link openPhoto}, for damage that only shows now. */
  decode(): Promise<Picture>;
}

/** {@link openPhoto} and its pixels. */
export async function readPhoto(path: string): Promise<Picture> {
  return (await openPhoto(path)).decode();
}

/**
 * Reads a JPEG, PNG, BMP, GIF (its first frame) or TIFF (its first page) file, told by its content and not by its name.
 * The picture is turned as EXIF says it should be looked at, and what is transparent becomes white. Colour profiles are
 * not applied.
 * @throws InputError, one line that names the file, if it can't be read, is damaged, is of another kind, or has more
 *   than {@link maxMegapixels}.
 */
export async function openPhoto(path: string): Promise<Photo> {
  const bytes = await readBytes(path);
  return naming(path, async () => {
    const format = recognise(bytes);
    const { width, height } = await sizeOf(bytes, format);
    if (width * height === 0) throw new InputError(`the ${format.name} is damaged; get a whole copy of the file`);
    if (width * height > maxMegapixels * 1e6) {
      throw new InputError(`${width}×${height} is more than ${maxMegapixels} megapixels; make it smaller first`);
    }
    const file = format.check(bytes);
    const decodeUpright = async () => {
      const bitmap = await decode(file, format);
      if (bitmap.width !== width || bitmap.height !== height)
        throw new InputError(`the ${format.name} is damaged; save it again`);
      return layOnPaper(bitmap, file.orientation, file.alpha);
    };
    const upright = liesOnItsSide(file.orientation) ? { width: height, height: width } : { width, height };
    return { ...upright, decode: () => naming(path, decodeUpright) };
  });
}

/** What `read` gives, or its error with the file's name. */
async function naming<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`can't read ${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new InputError('it is a folder; name a photo in it');
    if (!found.isFile()) throw new InputError('it is not an ordinary file; save the photo in one');
    if (found.size === 0) throw new InputError('the file is empty; get a whole copy of it');
    if (found.size > maxFileSize) throw new InputError('the file is larger than 1 GB; save it as JPEG or PNG');
    return await readFile(path);
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file; check the name',
      ENOTDIR: 'there is no such file; check the name',
      EACCES: "you have no permission to read it; change the file's permissions",
      EPERM: "you have no permission to read it; change the file's permissions",
    };
    throw new InputError(`can't read ${path}: ${reasons[errorCode(error) ?? ''] ?? messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Formats that are told apart only to say so. */
const otherFormats: readonly (readonly [name: string, begins: RegExp])[] = [
  ['WebP', /^RIFF....WEBP/s],
  ['HEIC', /^....ftyp(?:hei|hev|mif|msf)/s],
  ['AVIF', /^....ftypavi/s],
  ['JPEG XL', /^(?:\xff\n|....JXL )/s],
  ['JPEG 2000', /^....jP /s],
  ['BigTIFF', /^(?:II\+|MM.\+)/s],
  ['Photoshop', /^8BPS/],
  ['SVG', /^\s*<(?:\?xml|svg)/],
  ['PDF', /^%PDF/],
];

function recognise(bytes: Buffer): Format {
  const beginning = bytes.toString('latin1', 0, 32);
  const format = formats.find(({ begins }) => begins.test(beginning));
  if (format) return format;
  const [other] = otherFormats.find(([, begins]) => begins.test(beginning)) ?? [];
  throw new InputError(
    other
      ? `${other} files can't be read; convert it to JPEG or PNG`
      : 'it is not a picture; give a JPEG, PNG, BMP, GIF or TIFF file',
  );
}

/** The size that the file's header gives, in pixels. */
async function sizeOf(bytes: Buffer, format: Format): Promise<Size> {
  try {
    if (format.size) return format.size(bytes);
    const { imageSize } = await import('image-size');
    return imageSize(bytes);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`the ${format.name} is damaged or cut short; get a whole copy of the file`, { cause: error });
  }
}

async function decode(file: CheckedFile, format: Format): Promise<Bitmap> {
  const decoder = await format.loadDecoder();
  try {
    return decoder.decode(file.bytes, file.options);
  } catch (error) {
    throw new InputError(
      `the ${format.name} is damaged or cut short (${messageOf(error)}); get a whole copy of the file, or save it again`,
      { cause: error },
    );
  }
}
