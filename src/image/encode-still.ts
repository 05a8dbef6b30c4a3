/** Writes finished pictures, with what they say of themselves. */
import { pipeline, Readable } from 'node:stream';
import type { Sharp } from 'sharp';
import { version } from '../version.js';
import { encodePngBands } from './encode-png.js';
import type { Picture, Size } from './picture.js';
import type { StillFormat } from './still-formats.js';

/** Lines of colour stay as sharp as others, where a format can do that. */
const encoders: Readonly<Record<Exclude<StillFormat, 'png'>, (image: Sharp) => Sharp>> = {
  jpg: (image) => image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  webp: (image) => image.webp({ quality: 92, smartSubsample: true }),
  avif: (image) => image.avif({ quality: 75, chromaSubsampling: '4:4:4' }),
};

/**
 * The bytes of a file, in pieces, of a picture that need never be there as a whole.
 * @param bands its rows from the top, all of its width.
 * @param comment what it says of itself: as text of the kinds `Software` and `Comment` in a PNG, else in EXIF.
 */
export function encodeStill(
  format: StillFormat,
  size: Size,
  bands: Iterable<Picture>,
  comment: string,
): AsyncIterable<Uint8Array> {
  const software = `vggdraw ${version}`;
  const png = encodePngBands(size, bands, { Software: software, Comment: comment });
  return format === 'png' ? png : converted(format, png, { Software: software, ImageDescription: comment });
}

/** Of the PNG, which a stream of rows becomes with hardly any memory. */
async function* converted(
  format: Exclude<StillFormat, 'png'>,
  png: AsyncIterable<Uint8Array>,
  exif: Record<string, string>,
): AsyncGenerator<Buffer, void, void> {
  const { default: sharp } = await import('sharp');
  const image = sharp({ limitInputPixels: false, sequentialRead: true }).withExif({ IFD0: exif });
  const encoded = encoders[format](image).toBuffer();
  const [bytes] = await Promise.all([encoded, fed(image, png)]);
  yield bytes;
}

const fed = (image: Sharp, bytes: AsyncIterable<Uint8Array>): Promise<void> =>
  new Promise((done, fail) => {
    pipeline(Readable.from(bytes), image, (error) => (error ? fail(error) : done()));
  });
