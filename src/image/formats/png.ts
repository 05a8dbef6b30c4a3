/** PNG. libpng makes sure of everything itself; colour spaces that are described in numbers it leaves aside. */
import { setImmediate } from 'node:timers/promises';
import { type ColourSpace, codedSpace, profileOf, srgb } from '../profile.js';
import type { CheckedFile, Format } from './format.js';
import { bytesOfPixels, bytesOfRows, profileApart, readHeader, rowsAtOnce } from './libvips.js';

export const png: Format = { name: 'PNG', begins: /^\x89PNG\r\n.\n/, check };

async function check(bytes: Buffer): Promise<CheckedFile> {
  const header = await readHeader(png.name, bytes);
  const space = spaceOf(await colourChunks(bytes));
  const numbered = space && profileOf(space, ['b-w', 'grey16'].includes(header.space));
  const profile = profileApart(header, numbered);
  return {
    ...header.autoOrient,
    // Interlaced pictures are put together whole.
    heldBytes:
      bytesOfRows(header, rowsAtOnce.any) +
      (header.isProgressive ? bytesOfRows(header) : 0) +
      bytesOfPixels(header, profile !== undefined),
    encoded: async () => ({ bytes, profile }),
  };
}

/** The first of each kind that says something about colour. */
async function colourChunks(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const chunks = new Map<string, Buffer>();
  let position = 8;
  for (let steps = 1; position + 12 <= bytes.length; steps++) {
    const end = position + 12 + bytes.readUInt32BE(position);
    const type = bytes.toString('latin1', position + 4, position + 8);
    if (type === 'IDAT') break;
    if (/cICP|iCCP|sRGB|gAMA|cHRM/.test(type) && !chunks.has(type))
      chunks.set(type, bytes.subarray(position + 8, end - 4));
    position = end;
    // A gigabyte of nothing but chunks keeps nobody from ending the program.
    if (steps % 2 ** 18 === 0) await setImmediate();
  }
  return chunks;
}

/** In the order of the standard (PNG, third edition, 4.3): cICP before iCCP before sRGB before gAMA and cHRM. */
function spaceOf(chunks: ReadonlyMap<string, Buffer>): ColourSpace | undefined {
  const [coded, gamma, chromaticities] = [chunks.get('cICP'), chunks.get('gAMA'), chunks.get('cHRM')];
  if (coded?.length === 4) return codedSpace(coded[0]!, coded[1]!);
  if (chunks.has('iCCP') || chunks.has('sRGB') || gamma?.length !== 4) return undefined;
  const exponent = gamma.readUInt32BE(0) / 1e5;
  if (exponent < 0.1 || exponent > 10) return undefined;
  // Within what libpng calls the same: old files say 0.45 of sRGB.
  const isSrgb = Math.abs(exponent * 2.2 - 1) < 0.05;
  return {
    primaries: chromaticities?.length === 32 ? primariesIn(chromaticities) : srgb.primaries,
    transfer: isSrgb ? 'sRGB' : 1 / exponent,
  };
}

function primariesIn(chunk: Buffer): ColourSpace['primaries'] {
  const point = (index: number) =>
    [chunk.readUInt32BE(8 * index) / 1e5, chunk.readUInt32BE(8 * index + 4) / 1e5] as const;
  return [point(1), point(2), point(3), point(0)];
}
