/** AVIF and HEIC: a container of one kind, with AV1 in it, which libvips decodes, or HEVC, for which there is a decoder of its own. */
import { codedSpace, profileOf } from '../profile.js';
import { decodedPixels } from './av1.js';
import type { CheckedFile, Format } from './format.js';
import { type Container, type Item, type Property, readContainer } from './heif-container.js';
import { decodeHevc, hevcBytes } from './hevc.js';
import { bytesOfPixels, damaged, profileApart, readHeader, unreadable } from './libvips.js';

const format = (name: string, begins: RegExp): Format => ({ name, begins, check: (bytes) => check(name, bytes) });

export const avif = format('AVIF', /^....ftypavi[fs]/s);
export const heic = format('HEIC', /^....ftyp(?:he[iv][cxms]|mif[12]|miaf|msf1)/s);

/**
 * Pixels that are decoded at most, of all frames and tiles: a frame of 64 megapixels that is like the one before takes some bytes of a
 * file, and all of the decoder's time.
 */
const maxPixels = 2.56e8;

async function check(name: string, bytes: Buffer): Promise<CheckedFile> {
  const container = containerOf(name, bytes);
  const coding = codingOf(name, container);
  if (coding !== 'av01' && coding !== 'hvc1') throw unreadable(name, coding);
  if (coding === 'av01') checkWork(name, bytes, container);
  const { isPremultiplied } = container.items.get(container.primary)!;
  const file = withKnownBrand(bytes);
  const header = await readHeader(name, file);
  const { width, height } = header.autoOrient;
  // The file's own goes before its numbers.
  const numbered = header.icc ? undefined : numberedProfile(container);
  if (coding === 'hvc1') {
    const layout = { width, height, channels: header.hasAlpha ? 4 : 3, premultiplied: isPremultiplied } as const;
    return {
      width,
      height,
      heldBytes: hevcBytes(layout, file.length),
      encoded: async () => ({ bytes: await decodeHevc(name, file, layout), layout, profile: header.icc ?? numbered }),
    };
  }
  const profile = profileApart(header, numbered);
  return {
    width,
    height,
    // As measured; pixels for a profile are made when the decoder has gone.
    heldBytes: Math.max(
      (header.depth === 'ushort' ? 26 : 20) * width * height,
      bytesOfPixels(header, profile !== undefined || isPremultiplied),
    ),
    encoded: async () => ({ bytes: file, profile, isPremultiplied }),
  };
}

/** libvips tells files by their first brand, and does not know all of those that may stand there. */
function withKnownBrand(bytes: Buffer): Buffer {
  if (/^(?:avif|hei[cxms]|hev[cms]|mif1|msf1)$/.test(bytes.toString('latin1', 8, 12))) return bytes;
  return Buffer.concat([bytes.subarray(0, 8), Buffer.from('mif1'), bytes.subarray(12)]);
}

function containerOf(name: string, bytes: Buffer): Container {
  try {
    const container = readContainer(bytes);
    for (const { properties } of container.items.values()) for (const property of properties) checkSides(property);
    return container;
  } catch (error) {
    throw damaged(name, error);
  }
}

/** @throws RangeError where a picture or a tile is said to have more columns or rows than libvips can count. */
function checkSides({ type, data }: Property): void {
  if (type === 'ispe' && Math.max(data.readUInt32BE(4), data.readUInt32BE(8)) > 2 ** 24) throw new RangeError('size');
}

/** The picture's item, or the first of those that it is made of. */
function* itemsOf({ items }: Container, id: number): Generator<Item> {
  // Pictures are made of tiles, and those of nothing else.
  for (let item = items.get(id), depth = 0; item && depth < 4; item = items.get(item.parts[0] ?? -1), depth++)
    yield item;
}

/** How the picture or its tiles are coded; what is made of nothing else is not whole. */
function codingOf(name: string, container: Container): string {
  const { type } = [...itemsOf(container, container.primary)].at(-1)!;
  if (type === 'grid') throw damaged(name);
  return type;
}

/** The profile that the file's numbers stand for. */
function numberedProfile(container: Container): Buffer | undefined {
  for (const { properties } of itemsOf(container, container.primary)) {
    const found = properties.find(({ type, data }) => type === 'colr' && data.toString('latin1', 0, 4) === 'nclx');
    if (found && found.data.length >= 8)
      return profileOf(codedSpace(found.data.readUInt16BE(4), found.data.readUInt16BE(6)));
  }
  return undefined;
}

/** @throws InputError where the file asks for more work than pictures take. */
function checkWork(name: string, bytes: Buffer, { primary, items }: Container): void {
  // Of all items together, or parts of a file that are named again and again would be gone through as often.
  let left = 2 * bytes.length;
  const pixelsIn = ({ extents }: Item): number => {
    left -= extents.reduce((sum, { length }) => sum + length, 0);
    if (left < 0) throw new RangeError('data that overlap');
    return decodedPixels(extents.length === 1 ? extents[0]! : Buffer.concat(extents));
  };
  const known = new Map<number, number>();
  const pixelsOf = (id: number, depth: number): number => {
    const item = items.get(id);
    if (!item) return 0;
    if (depth > 4) throw new RangeError(`item ${id} is part of itself`);
    let pixels = known.get(id);
    if (pixels === undefined) {
      const below = [...item.parts, ...item.auxiliaries];
      const own = item.type === 'av01' ? pixelsIn(item) : 0;
      pixels = below.reduce((sum, other) => sum + pixelsOf(other, depth + 1), own);
      known.set(id, pixels);
    }
    return pixels;
  };
  let pixels: number;
  try {
    pixels = pixelsOf(primary, 0);
  } catch (error) {
    throw damaged(name, error);
  }
  if (pixels > maxPixels) throw unreadable(name, `${Math.round(pixels / 1e6)} megapixels in frames and tiles`);
}
