/** TIFF: lets through the kinds that are known to be refused where they are cut short. */
import type { CheckedFile, Format } from './format.js';
import { bytesOfPixels, bytesOfRows, damaged, profileApart, readHeader, rowsAtOnce, unreadable } from './libvips.js';

export const tiff: Format = { name: 'TIFF', begins: /^(?:II\*|MM.\*)/s, check };

const tags = { compression: 259, tileWidth: 322, extraSamples: 338 } as const;

/** None, LZW, deflate by both its numbers, and PackBits. */
const compressions = [1, 5, 8, 32946, 32773];

async function check(bytes: Buffer): Promise<CheckedFile> {
  const values = readTags(bytes);
  const compression = values.get(tags.compression) ?? 1;
  const isTiled = values.has(tags.tileWidth);
  // What tiles lack would be black.
  if (!compressions.includes(compression) || isTiled) {
    const kind = isTiled ? 'tiles' : `compression ${compression}`;
    throw unreadable(tiff.name, kind);
  }
  const header = await readHeader(tiff.name, bytes);
  const profile = profileApart(header);
  const isOpaque = header.hasAlpha && !values.get(tags.extraSamples);
  return {
    ...header.autoOrient,
    // One strip may be all of the picture.
    heldBytes:
      bytesOfRows(header, rowsAtOnce.any) +
      (isOpaque ? 2 : 1) * bytesOfRows(header) +
      bytesOfPixels(header, profile !== undefined),
    encoded: async () => ({ bytes, profile, isOpaque }),
  };
}

/** The first page's tags, each with its first value where that is a SHORT or a LONG in place, or as many as fit there. */
function readTags(bytes: Buffer): ReadonlyMap<number, number> {
  const isLittle = bytes[0] === 0x49;
  const short = (at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const long = (at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  try {
    const directory = long(4);
    const rows = Array.from({ length: short(directory) }, (_, row) => directory + 2 + 12 * row);
    return new Map(rows.map((row) => [short(row), short(row + 2) === 3 ? short(row + 8) : long(row + 8)]));
  } catch (error) {
    throw damaged(tiff.name, error);
  }
}
