/** GIF: takes the first frame out of the file, so that nothing else in it matters. */
import { InputError } from '../../errors.js';
import type { CheckedFile, Format } from './format.js';

export const gif: Format = {
  name: 'GIF',
  loadDecoder: async () => (await import('@jimp/js-gif')).default(),
  begins: /^GIF8[79]a/,
  check,
};

/** No code has more than 12 bits. */
const tableSize = 4096;

function check(bytes: Buffer): CheckedFile {
  const screen = { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  const parts = [bytes.subarray(0, 13 + paletteLength(bytes, 10))];
  let position = parts[0]!.length;
  for (;;) {
    const kind = bytes[position];
    if (kind === 0x21) {
      const end = endOfBlocks(bytes, position + 2);
      // Of the extensions only the graphic control says something about the frame: which colour is transparent.
      if (bytes[position + 1] === 0xf9) parts.push(bytes.subarray(position, end));
      position = end;
    } else if (kind === 0x2c && position + 10 < bytes.length) {
      const left = bytes.readUInt16LE(position + 1);
      const top = bytes.readUInt16LE(position + 3);
      const width = bytes.readUInt16LE(position + 5);
      const height = bytes.readUInt16LE(position + 7);
      // The decoder makes room for the frame's size, whatever the picture's own size is.
      if (left + width > screen.width || top + height > screen.height) throw damaged();
      const codes = position + 10 + paletteLength(bytes, position + 9);
      const end = endOfBlocks(bytes, codes + 1);
      if (unpackedLength(bytes[codes]!, dataOf(bytes, codes + 1)) !== width * height) throw damaged();
      parts.push(bytes.subarray(position, end), Buffer.from([0x3b]));
      return { bytes: Buffer.concat(parts), orientation: 1, alpha: 'straight' };
    } else throw damaged();
  }
}

function damaged(): InputError {
  return new InputError('the GIF is damaged or cut short; get a whole copy of the file');
}

/** How many bytes of palette follow, according to the flags at `position`. */
function paletteLength(bytes: Buffer, position: number): number {
  const flags = bytes[position] ?? 0;
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** Where the row of blocks ends that begins at `position`: each tells its length, the last has none. */
function endOfBlocks(bytes: Buffer, position: number): number {
  for (;;) {
    const length = bytes[position];
    if (length === undefined) throw damaged();
    position += 1 + length;
    if (length === 0) return position;
  }
}

/** What the row of blocks that begins at `position` holds. */
function dataOf(bytes: Buffer, position: number): Buffer {
  const blocks: Buffer[] = [];
  for (let length = bytes[position]!; length > 0; length = bytes[position]!) {
    blocks.push(bytes.subarray(position + 1, position + 1 + length));
    position += 1 + length;
  }
  return Buffer.concat(blocks);
}

/**
 * How many pixels the LZW codes stand for; undefined if one of them has no meaning yet. omggif never ends on some such
 * codes, and when there are too few or too many it prints to stdout and goes on.
 * @param rootBits the size of a pixel.
 */
function unpackedLength(rootBits: number, data: Buffer): number | undefined {
  if (rootBits < 1 || rootBits > 8) return undefined;
  const clear = 1 << rootBits;
  const end = clear + 1;
  const lengths = new Uint32Array(tableSize).fill(1);
  let total = 0;
  let next = end + 1;
  let width = rootBits + 1;
  let previous: number | undefined;
  let held = 0;
  let heldBits = 0;
  for (const byte of data) {
    held |= byte << heldBits;
    heldBits += 8;
    while (heldBits >= width) {
      const code = held & ((1 << width) - 1);
      held >>>= width;
      heldBits -= width;
      if (code === end) return total;
      if (code === clear) {
        next = end + 1;
        width = rootBits + 1;
        previous = undefined;
        continue;
      }
      if (previous === undefined ? code > clear : code > Math.min(next, tableSize - 1)) return undefined;
      if (previous !== undefined && next < tableSize) {
        lengths[next] = lengths[previous]! + 1;
        next++;
        if (next === 1 << width && width < 12) width++;
      }
      total += lengths[code]!;
      previous = code;
    }
  }
  return total;
}
