/** BMP: uncompressed pixels behind one of many headers. libvips does not read it. */
import { setImmediate } from 'node:timers/promises';
import type { CheckedFile, Encoded, Format } from './format.js';
import { damaged, unreadable } from './libvips.js';

export const bmp: Format = { name: 'BMP', begins: /^BM/, check };

/** Bytes of the header of OS/2 1, which is followed by palettes of three bytes a colour. All later ones begin alike. */
const oldHeader = 12;
/** Where a header is no longer than this, masks follow it; longer ones have them inside. */
const plainHeader = 40;
const compressions = { none: 0, masks: 3, masksWithAlpha: 6 } as const;

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  /** Where the pixels begin, and bytes from one row to the next. */
  readonly start: number;
  readonly rowBytes: number;
  /** [colours, 3], R G B; of 8 bits and fewer. */
  readonly palette: Buffer;
  /** Which bits are red, green, blue and alpha; of 16 and 32 bits. */
  readonly masks: readonly number[];
}

async function check(bytes: Buffer): Promise<CheckedFile> {
  const layout = layoutOf(bytes);
  const { width, height } = layout;
  return { width, height, heldBytes: 4 * width * height, encoded: () => read(bytes, layout) };
}

function layoutOf(bytes: Buffer): Layout {
  if (bytes.length < 14 + oldHeader) throw damaged(bmp.name);
  const header = bytes.readUInt32LE(14);
  if (header !== oldHeader && (header < 16 || bytes.length < 14 + header)) throw damaged(bmp.name);
  const isOld = header === oldHeader;
  const field = (at: number) => (at + 4 <= header ? bytes.readUInt32LE(14 + at) : 0);
  const width = isOld ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  const height = isOld ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
  const bits = bytes.readUInt16LE(isOld ? 24 : 28);
  const compression = field(16);
  // OS/2 2 has 64 bytes, or as many of them as its writer liked; there 3 is a compression of fax machines.
  const hasMasks = compression === compressions.masks || compression === compressions.masksWithAlpha;
  const isReadable = hasMasks
    ? (bits === 16 || bits === 32) && [40, 52, 56, 108, 124].includes(header)
    : compression === compressions.none && [1, 4, 8, 16, 24, 32].includes(bits);
  if (!isReadable) {
    throw unreadable(bmp.name, `${bits} bits, compression ${compression}`);
  }
  const maskCount = hasMasks ? (compression === compressions.masksWithAlpha || header >= 56 ? 4 : 3) : 0;
  const masksEnd = maskCount === 0 ? 0 : 14 + plainHeader + 4 * maskCount;
  const headersEnd = Math.max(14 + header, masksEnd);
  const start = bytes.readUInt32LE(10);
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  // What fills up the last row may be missing.
  const end = start + rowBytes * (Math.abs(height) - 1) + Math.ceil((width * bits) / 8);
  if (width < 1 || height === 0 || start < headersEnd || end > bytes.length) throw damaged(bmp.name);
  return {
    width,
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    start,
    rowBytes,
    palette: bits <= 8 ? paletteAt(bytes, headersEnd, Math.min(start, bytes.length), isOld ? 3 : 4) : Buffer.alloc(0),
    masks: hasMasks ? masksOf(bytes, maskCount) : bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff],
  };
}

function masksOf(bytes: Buffer, count: number): readonly number[] {
  const masks = Array.from({ length: count }, (_, i) => bytes.readUInt32LE(14 + plainHeader + 4 * i));
  return masks[3] === 0 ? masks.slice(0, 3) : masks;
}

/** Room for all the colours that pixels can ask for: those that the file leaves out are black. */
function paletteAt(bytes: Buffer, from: number, to: number, step: number): Buffer {
  const palette = Buffer.alloc(3 * 256);
  for (let colour = 0; colour < 256 && from + step * colour + 3 <= to; colour++) {
    const at = from + step * colour;
    palette.set([bytes[at + 2]!, bytes[at + 1]!, bytes[at]!], 3 * colour);
  }
  return palette;
}

/** Pixels that are read before others have a turn. */
const turn = 2 ** 19;

async function read(bytes: Buffer, layout: Layout): Promise<Encoded> {
  const { width, height, topDown, start, rowBytes, masks } = layout;
  const channels = masks.length === 4 ? 4 : 3;
  const pixels = Buffer.allocUnsafe(width * height * channels);
  const readRow = rowReader(layout);
  const rowsOfTurn = Math.ceil(turn / width);
  let isCovered = channels === 3;
  for (let y = 0; y < height; y++) {
    const at = start + rowBytes * (topDown ? y : height - 1 - y);
    const row = pixels.subarray(y * width * channels, (y + 1) * width * channels);
    readRow(bytes.subarray(at, at + rowBytes), row);
    for (let alpha = 3; !isCovered && alpha < row.length; alpha += 4) isCovered = row[alpha] !== 0;
    if (y % rowsOfTurn === rowsOfTurn - 1) await setImmediate();
  }
  // Nothing but holes: a program that has a fourth byte and does not use it.
  if (!isCovered) return read(bytes, { ...layout, masks: masks.slice(0, 3) });
  return { bytes: pixels, layout: { width, height, channels } };
}

/** Reads a row of the file, in B G R, into a row of the picture. */
type RowReader = (from: Buffer, to: Buffer) => void;

function rowReader({ bits, palette, masks }: Layout): RowReader {
  if (bits <= 8) return paletteReader(bits, palette);
  if (bits === 24) return readTriples;
  return maskReader(bits / 8, masks);
}

const paletteReader =
  (bits: number, palette: Buffer): RowReader =>
  (from, to) => {
    const most = (1 << bits) - 1;
    for (let pixel = 0; 3 * pixel < to.length; pixel++) {
      const bit = pixel * bits;
      const colour = (from[bit >> 3]! >> (8 - bits - (bit & 7))) & most;
      for (let channel = 0; channel < 3; channel++) to[3 * pixel + channel] = palette[3 * colour + channel]!;
    }
  };

function readTriples(from: Buffer, to: Buffer): void {
  for (let at = 0; at < to.length; at += 3) {
    to[at] = from[at + 2]!;
    to[at + 1] = from[at + 1]!;
    to[at + 2] = from[at]!;
  }
}

function maskReader(bytes: number, masks: readonly number[]): RowReader {
  const shifts = masks.map((mask) => (mask === 0 ? 0 : 31 - Math.clz32(mask & -mask)));
  const scales = masks.map((mask, i) => 255 / Math.max(1, mask >>> shifts[i]!));
  return (from, to) => {
    let at = 0;
    for (let pixel = 0; at < to.length; pixel++) {
      const value = bytes === 2 ? from.readUInt16LE(2 * pixel) : from.readUInt32LE(4 * pixel);
      for (let channel = 0; channel < masks.length; channel++) {
        to[at++] = Math.round(((value & masks[channel]!) >>> shifts[channel]!) * scales[channel]!);
      }
    }
  };
}
