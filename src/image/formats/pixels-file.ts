/** Pixels and their colour profile as a file (TIFF 6.0, uncompressed), because libvips takes profiles from files alone. */
import type { Layout } from './format.js';

/** Rows that are read at once. */
const stripRows = 16;

const tags = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  colours: 262,
  offsets: 273,
  channels: 277,
  rows: 278,
  lengths: 279,
  extra: 338,
  profile: 34675,
} as const;
const types = { short: 3, long: 4, undefined: 7 } as const;

export function pixelsFile(
  pixels: Uint8Array,
  { width, height, channels, premultiplied = false }: Layout,
  profile: Buffer,
): Buffer {
  const strips = Math.ceil(height / stripRows);
  const rowBytes = width * channels;
  const start = 8;
  const entries: (readonly [tag: number, type: number, values: readonly number[] | Buffer])[] = [
    [tags.width, types.long, [width]],
    [tags.height, types.long, [height]],
    [tags.bits, types.short, Array(channels).fill(8)],
    [tags.compression, types.short, [1]],
    [tags.colours, types.short, [channels < 3 ? 1 : 2]], // Grey, where 0 is black, or RGB.
    [tags.offsets, types.long, Array.from({ length: strips }, (_, i) => start + i * stripRows * rowBytes)],
    [tags.channels, types.short, [channels]],
    [tags.rows, types.long, [stripRows]],
    [
      tags.lengths,
      types.long,
      Array.from({ length: strips }, (_, i) => rowBytes * Math.min(stripRows, height - i * stripRows)),
    ],
  ];
  if (channels % 2 === 0) entries.push([tags.extra, types.short, [premultiplied ? 1 : 2]]); // Alpha.
  entries.push([tags.profile, types.undefined, profile]);
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  directory.writeUInt16LE(entries.length, 0);
  const odd = Buffer.alloc(pixels.length & 1);
  const parts: Uint8Array[] = [pixels, odd, directory];
  let end = start + pixels.length + odd.length + directory.length;
  for (const [i, [tag, type, values]] of entries.entries()) {
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    const data = Buffer.isBuffer(values) ? values : numbers(values, type === types.short ? 2 : 4);
    if (data.length <= 4) data.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(end, at + 8);
      const padded = Buffer.concat([data, Buffer.alloc(data.length & 1)]);
      parts.push(padded);
      end += padded.length;
    }
  }
  const head = Buffer.from('II*\0\0\0\0\0');
  head.writeUInt32LE(start + pixels.length + odd.length, 4);
  return Buffer.concat([head, ...parts]);
}

function numbers(values: readonly number[], size: number): Buffer {
  const bytes = Buffer.alloc(size * values.length);
  for (const [i, value] of values.entries()) bytes.writeUIntLE(value, size * i, size);
  return bytes;
}
