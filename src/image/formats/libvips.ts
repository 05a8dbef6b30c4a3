/**
 * Decoding by libvips, which comes with sharp: JPEG (libjpeg-turbo's code), PNG, GIF, TIFF, WebP and AVIF, in threads of its own. It reads
 * rows as they are needed, so that a large photo made smaller takes little memory, and JPEG at 1/2, 1/4 or 1/8 where that will do.
 */
import type { Metadata, Sharp } from 'sharp';
import { InputError, messageOf } from '../../errors.js';
import type { Picture, Size } from '../picture.js';
import type { Encoded, Layout } from './format.js';
import { pixelsFile } from './pixels-file.js';

/** Loaded where it is needed: the drawing's thread should not wait for it. */
const load = async () => (await import('sharp')).default;

/** libvips' own limit, of pixels that are decoded, is not asked: ours is, before there is anything to decode. */
const limitInputPixels = false;

const sampleBytes: Record<string, number> = { uchar: 1, ushort: 2 };

/** What the file's header says. @throws InputError where there is none, or samples are no whole numbers of 8 or 16 bits. */
export async function readHeader(name: string, bytes: Buffer): Promise<Metadata> {
  const sharp = await load();
  const header = await explaining(name, () => sharp(bytes, { limitInputPixels }).metadata());
  if (!(header.depth in sampleBytes)) throw unreadable(name, `${header.depth} samples`);
  return header;
}

/**
 * Bytes of a picture's rows as libvips holds them.
 * @param rows left out: all. `rowsAtOnce` where they are read as they are needed.
 */
export const bytesOfRows = ({ width, height, channels, depth }: Metadata, rows = height): number =>
  width * Math.min(rows, height) * channels * sampleBytes[depth]!;

/** Rows that decoder and threads hold between them, as measured: at most, and of JPEG. */
export const rowsAtOnce = { any: 2000, jpeg: 400 } as const;

/**
 * The picture: upright, in sRGB by its colour profile, on white paper.
 * @param size of the upright picture, as it is to be.
 * @throws InputError where the file is damaged.
 */
export async function decode(name: string, encoded: Encoded, size: Size): Promise<Picture> {
  const sharp = await load();
  const { bytes, layout, profile, isOpaque, losses } = await withPixels(name, encoded);
  const read = async (failOn: 'warning' | 'error'): Promise<Picture> => {
    const settings = { autoOrient: true, failOn, limitInputPixels } as const;
    const image =
      layout && profile
        ? sharp(pixelsFile(bytes, layout, profile), settings)
        : sharp(bytes, { ...(layout && { raw: layout }), ...settings });
    // Not in one go: where alpha is 0, making a picture smaller with it leaves no colours.
    if (isOpaque) return reduce(await render(name, image.removeAlpha()), size);
    return render(name, onPaper(image, size));
  };
  if (losses !== undefined) {
    try {
      return await read('warning');
    } catch (error) {
      if (losses === 'any' || /premature end/.test(messageOf(error))) throw damaged(name, error);
    }
  }
  return explaining(name, () => read('error'));
}

/**
 * The profile that has to be applied to pixels, because sharp would leave it aside: one that is not the file's own, or of 16 bits. These are
 * rounded to 8 before, which moves what comes out by 7 levels at most, in the dark of numbers that are proportional to light.
 */
export const profileApart = ({ space, icc }: Metadata, numbered?: Buffer): Buffer | undefined =>
  numbered ?? (['rgb16', 'grey16'].includes(space) ? icc : undefined);

/** Bytes that are held where there is something to be done to pixels. */
export const bytesOfPixels = ({ width, height, channels }: Metadata, isNeeded: boolean): number =>
  isNeeded ? 2 * width * height * channels : 0;

/** A file as its pixels, upright, where libvips would not do to them what has to be done. */
async function withPixels(name: string, encoded: Encoded): Promise<Encoded> {
  const { bytes, layout, profile, isPremultiplied = false } = encoded;
  if (layout || !(profile || isPremultiplied)) return encoded;
  const sharp = await load();
  const { depth, space } = await readHeader(name, bytes);
  const { data, info } = await explaining(name, () => {
    const image = sharp(bytes, { autoOrient: true, failOn: 'error', limitInputPixels, ignoreIcc: true });
    // libvips cuts off what it does not need; half a level more, that is rounding.
    const rounded = depth === 'ushort' ? image.linear(65280 / 65535, 128) : image;
    const isGrey = space === 'b-w' || space === 'grey16';
    return rounded
      .toColourspace(isGrey ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
  });
  const { width, height } = info;
  const channels = info.channels as Layout['channels'];
  return { ...encoded, bytes: data, layout: { width, height, channels, premultiplied: isPremultiplied } };
}

/** The picture made smaller. */
export async function reduce({ width, height, rgb }: Picture, size: Size): Promise<Picture> {
  const sharp = await load();
  return render('picture', onPaper(sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels }), size));
}

/** The picture made larger, each pixel between its neighbours: bilinearly, in sRGB. */
export async function interpolate({ width, height, rgb }: Picture, size: Size): Promise<Picture> {
  const sharp = await load();
  const image = sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels });
  return render('picture', image.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' }));
}

const onPaper = (image: Sharp, { width, height }: Size): Sharp =>
  image.flatten({ background: 'white' }).resize(width, height, { fit: 'fill' });

async function render(name: string, image: Sharp): Promise<Picture> {
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3) throw unreadable(name, `${channels} channels`);
  return { width, height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

async function explaining<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const [reason] = messageOf(error).match(/(?<=^|: )[^:\n]*\b(?:unsupported|not supported)\b[^:\n]*/im) ?? [];
    throw reason && !reason.startsWith('Input ') ? unreadable(name, reason) : damaged(name, error);
  }
}

/** @param kind what is out of the ordinary. */
export function unreadable(name: string, kind: string): InputError {
  return new InputError(`this kind of ${name} (${kind}) can't be read; save it as an ordinary JPEG or as PNG`);
}

/** @param cause what libvips said. */
export function damaged(name: string, cause?: unknown): InputError {
  return new InputError(`the ${name} is damaged or cut short; get a whole copy of the file, or save it again`, {
    cause,
  });
}
