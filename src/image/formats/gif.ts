/** GIF: takes the first frame out of the file, so that nothing else in it matters, and makes sure that it is whole. */
import { setImmediate } from 'node:timers/promises';
import type { CheckedFile, Format } from './format.js';
import { damaged } from './libvips.js';

export const gif: Format = { name: 'GIF', begins: /^GIF8[79]a/, check };

/** No code has more than 12 bits. */
const tableSize = 4096;

/** Steps until others have a turn: a gigabyte of nothing but blocks keeps nobody from ending the program. */
const turn = 2 ** 18;

async function check(bytes: Buffer): Promise<CheckedFile> {
  if (bytes.length < 13) throw damaged(gif.name);
  const width = bytes.readUInt16LE(6);
  const height = bytes.readUInt16LE(8);
  const head = bytes.subarray(0, 13 + paletteLength(bytes, 10));
  // Of the extensions only the graphic control says something about the frame: which colour is transparent.
  let control: Buffer = Buffer.alloc(0);
  let position = head.length;
  for (let steps = 1; bytes[position] === 0x21; steps++) {
    const end = endOfBlocks(bytes, position + 2);
    if (bytes[position + 1] === 0xf9) control = bytes.subarray(position, end);
    position = end;
    if (steps % turn === 0) await setImmediate();
  }
  if (bytes[position] !== 0x2c || position + 10 >= bytes.length) throw damaged(gif.name);
  const left = bytes.readUInt16LE(position + 1);
  const top = bytes.readUInt16LE(position + 3);
  const columns = bytes.readUInt16LE(position + 5);
  const rows = bytes.readUInt16LE(position + 7);
  // The decoder would make the picture larger.
  if (left + columns > width || top + rows > height) throw damaged(gif.name);
  const codes = position + 10 + paletteLength(bytes, position + 9);
  const end = endOfBlocks(bytes, codes + 1);
  return {
    width,
    height,
    // The frame, and what it is laid upon.
    heldBytes: 8 * width * height + end - position,
    encoded: async () => {
      if ((await unpackedLength(bytes, codes, columns * rows)) !== columns * rows) throw damaged(gif.name);
      return { bytes: Buffer.concat([head, control, bytes.subarray(position, end), Buffer.from([0x3b])]) };
    },
  };
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
    if (length === undefined) throw damaged(gif.name);
    position += 1 + length;
    if (length === 0) return position;
  }
}

/**
 * How many pixels the LZW codes stand for; undefined if one of them has no meaning yet. The decoder is content with fewer.
 * @param position of the size of a pixel in bits, which the blocks of codes follow.
 * @param most pixels to count.
 */
async function unpackedLength(bytes: Buffer, position: number, most: number): Promise<number | undefined> {
  const rootBits = bytes[position++]!;
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
  for (let steps = 1, length = bytes[position]!; length > 0; steps++, length = bytes[position]!) {
    for (const byte of bytes.subarray(position + 1, position + 1 + length)) {
      held |= byte << heldBits;
      heldBits += 8;
      while (heldBits >= width) {
        const code = held & ((1 << width) - 1);
        held >>>= width;
        heldBits -= width;
        if (code === end || total > most) return total;
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
    position += 1 + length;
    if (steps % (turn / 256) === 0) await setImmediate();
  }
  return total;
}
