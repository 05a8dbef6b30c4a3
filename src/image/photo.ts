/** Reads a photo, whatever camera, program or attacker the file comes from. */
import { InputError } from '../errors.js';
import type { Format } from './formats/format.js';
import { formats } from './formats/index.js';
import { damaged, decode } from './formats/libvips.js';
import type { Picture, Size } from './picture.js';
import { naming, type PhotoSource, readSource } from './source.js';

/** The most pixels a photo may have, in millions: as many as the largest cameras' have. */
export const maxMegapixels = 64;

/** A photo whose file was read and looked through. Its size is that of the upright picture. */
export interface Photo extends Size {
  /** What messages call it: its path, or `photo`. */
  readonly name: string;
  /** Bytes that {@link decode} takes at most, for a moment: the file and the picture count, the decoder's code does not. */
  decodingBytes(size?: Size): number;
  /**
   * Its pixels.
   * @param size the size to make it, where that is smaller. Left out: the photo's own.
   * @throws InputError, as {@link openPhoto}, for damage that only shows now.
   */
  decode(size?: Size): Promise<Picture>;
}

/** {@link openPhoto} and its pixels. */
export async function readPhoto(source: PhotoSource): Promise<Picture> {
  return (await openPhoto(source)).decode();
}

/**
 * Reads a JPEG, PNG, WebP, AVIF, HEIC, TIFF, GIF or BMP file, told by its content and not by its name; of animations the first frame, of
 * documents the first page.
 * The picture is turned as EXIF says it should be looked at, its colour profile, where it has one, is converted to sRGB, and what is
 * transparent becomes white.
 * @param source a path, a `file:` URL, or the bytes of such a file.
 * @throws InputError, one line that names the file, if it can't be read, is damaged, is of another kind, or has more
 *   than {@link maxMegapixels}; or `photo`, if the source is none of those.
 */
export async function openPhoto(source: PhotoSource): Promise<Photo> {
  const { name, bytes } = await readSource(source);
  return naming(name, async () => {
    const format = recognise(bytes);
    const file = await format.check(bytes);
    const { width, height, heldBytes } = file;
    if (width * height === 0) throw damaged(format.name);
    if (width * height > maxMegapixels * 1e6) {
      throw new InputError(`${width}×${height} is more than ${maxMegapixels} megapixels; make it smaller first`);
    }
    return {
      name,
      width,
      height,
      decodingBytes: (size = { width, height }) => bytes.length + heldBytes + 6 * size.width * size.height,
      decode: (size = { width, height }) => naming(name, async () => decode(format.name, await file.encoded(), size)),
    };
  });
}

/** Formats that are told apart only to say so. */
const otherFormats: readonly (readonly [name: string, begins: RegExp])[] = [
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
      : 'it is not a picture; give a JPEG, PNG, WebP, AVIF, HEIC, TIFF, GIF or BMP file',
  );
}
