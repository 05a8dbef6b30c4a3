/** Small sound photos of every format and many kinds, to be damaged. */
import { deflateSync } from 'node:zlib';
import { bmpFile, gifFile, type PngKind, pngChunk, pngFile, tiffFile } from '../../../test/image/formats/encoders.js';
import { fixture } from '../../../test/image/formats/fixtures.js';
import type { Random } from '../random.js';
import { exifSegment, jpegFile } from './jpeg.js';

export interface Sample {
  /** What it is, which is also its file's ending. */
  readonly kind: string;
  readonly bytes: Buffer;
}

const [width, height] = [24, 20];

const png = (kind: Partial<PngKind>, random: Random): Buffer => {
  const whole = { width, height, depth: 8, colourType: 2, ...kind };
  return pngFile(whole, () => random.integer(0, whole.colourType === 3 ? 3 : 2 ** whole.depth - 1));
};

const exif = (orientation: number): Buffer => tiffFile({ 274: { shorts: [orientation] } });

const tiff = (random: Random, tags: Parameters<typeof tiffFile>[0], strip: (raw: Buffer) => Buffer, little: boolean) =>
  tiffFile(
    {
      256: width,
      257: height,
      258: { shorts: [8, 8, 8] },
      259: { shorts: [1] },
      262: { shorts: [2] },
      277: { shorts: [3] },
      278: height,
      ...tags,
    },
    [strip(random.bytes(3 * width * height))],
    little,
  );

const colours = (random: Random): string[] => Array.from({ length: 4 }, () => random.bytes(3).toString('hex'));
/** Smaller than the others: the writer of GIFs takes no more. */
const gif = { width: 16, height: 12 };
const gifRows = (random: Random, rows = gif.height, columns = gif.width) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.integer(0, 3)));

/** Each is made by a function of its own, so that a case makes the one that it needs. */
const makers: Readonly<Record<string, (random: Random) => Buffer>> = {
  'baseline.jpg': (random) => jpegFile({ width, height, components: 3, progressive: false }, random),
  'grey.jpg': (random) => jpegFile({ width, height, components: 1, progressive: false }, random),
  'progressive.jpg': (random) => jpegFile({ width, height, components: 3, progressive: true }, random),
  'turned.jpg': (random) =>
    jpegFile({ width, height, components: 3, progressive: false, segments: [exifSegment(exif(6))] }, random),
  'rgb.png': (random) => png({}, random),
  'rgba16.png': (random) => png({ depth: 16, colourType: 6 }, random),
  'palette.png': (random) => {
    const chunks = [
      ['PLTE', random.bytes(12)],
      ['tRNS', random.bytes(4)],
    ] as const;
    return png({ depth: 2, colourType: 3, interlaced: true, chunks }, random);
  },
  'grey1.png': (random) => png({ depth: 1, colourType: 0, interlaced: true }, random),
  'turned.png': (random) => png({ chunks: [['eXIf', exif(8)]] }, random),
  'frames.gif': (random) =>
    gifFile(gif.width, gif.height, colours(random), [
      { left: 0, top: 0, rows: gifRows(random), transparent: 2 },
      { left: 3, top: 1, rows: gifRows(random, 8, 11) },
    ]),
  'up.bmp': (random) =>
    bmpFile(
      Array.from({ length: height }, () => colours(random)),
      4,
    ),
  'down.bmp': (random) =>
    bmpFile(
      Array.from({ length: height }, () => colours(random)),
      0,
      true,
    ),
  'plain.tiff': (random) => tiff(random, {}, (raw) => raw, true),
  'deflate.tiff': (random) =>
    tiff(random, { 259: { shorts: [8] }, 274: { shorts: [5] } }, (raw) => deflateSync(raw), false),
  'plain.webp': () => fixture('webp-8.webp'),
  'frames.webp': () => fixture('webp-animation.webp'),
  'tiles.avif': () => fixture('avif-8-tiles.avif'),
  'numbered.avif': () => fixture('avif-profile-coded-alpha.avif'),
  'frames.avif': () => fixture('avif-animation.avif'),
  'tiles.heic': () => fixture('heic-8-tiles.heic'),
  'alpha.heic': () => fixture('heic-alpha.heic'),
  'numbered.png': () => fixture('png-profile-numbers.png'),
  'profile.jpg': () => fixture('jpeg-8-cmyk.jpg'),
  'packbits.tiff': (random) => tiff(random, { 259: { shorts: [32773] } }, packed, false),
};

export const pictureKinds = Object.keys(makers);

/** PackBits that saves nothing: runs of literal bytes. */
function packed(raw: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < raw.length; at += 128) {
    const part = raw.subarray(at, at + 128);
    parts.push(Buffer.from([part.length - 1]), part);
  }
  return Buffer.concat(parts);
}

export const pictureOf = (kind: string, random: Random): Sample => ({ kind, bytes: makers[kind]!(random) });

/** A PNG that claims to be of another size than its data is. */
export function claimingPng(claimedWidth: number, claimedHeight: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(claimedWidth, 0);
  header.writeUInt32BE(claimedHeight, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}
