/** Writes pictures in formats and kinds that no encoder at hand writes, to be read back. */
import { spawnSync } from 'node:child_process';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { findFfmpeg } from '../../../src/video/ffmpeg.js';

const ffmpeg = await findFfmpeg();

/** A file by ffmpeg, as an encoder that is not of this program's making. `raw`: in that pixel format. */
export function byFfmpeg(raw: Buffer, pixelFormat: string, size: string, ...output: string[]): Buffer {
  const input = ['-f', 'rawvideo', '-pixel_format', pixelFormat, '-video_size', size, '-i', 'pipe:0'];
  const args = ['-v', 'error', ...input, '-frames:v', '1', ...output, 'pipe:1'];
  const { stdout, stderr } = spawnSync(ffmpeg, args, { input: raw, maxBuffer: 1e9 });
  if (stdout.length === 0) throw new Error(stderr.toString());
  return stdout;
}

/** What ffmpeg reads, as a decoder that is not of this program's choosing: raw pixels in that format. */
export function readByFfmpeg(file: Buffer, codec: string, pixelFormat: string): Buffer {
  const output = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', pixelFormat, 'pipe:1'];
  const input = codec === 'gif' ? ['-f', 'gif'] : ['-f', 'image2pipe', '-c:v', codec];
  const { stdout, stderr } = spawnSync(ffmpeg, ['-v', 'error', ...input, '-i', 'pipe:0', ...output], {
    input: file,
    maxBuffer: 1e9,
  });
  if (stdout.length === 0) throw new Error(stderr.toString());
  return stdout;
}

/** A progressive JPEG of one colour, with so many scans: an empty one, which takes some bytes and all of the decoder's time, is repeated. */
export async function jpegOfScans(width: number, height: number, scans: number): Promise<Buffer> {
  const create = { width, height, channels: 3, background: '#3366cc' } as const;
  const whole = await sharp({ create }).jpeg({ progressive: true }).toBuffer();
  const segments: Buffer[] = [];
  for (let at = 2; at < whole.length - 2; ) {
    let end = at + 2 + whole.readUInt16BE(at + 2);
    // Behind a scan's header its data go on to the next marker, which is not followed by 0.
    if (whole[at + 1] === 0xda) while (whole[end] !== 0xff || whole[end + 1] === 0) end++;
    segments.push(whole.subarray(at, end));
    at = end;
  }
  const isScan = (segment: Buffer) => segment[1] === 0xda;
  const spectrum = (segment: Buffer) => 5 + 2 * segment[4]!;
  // The first scan of one channel's high frequencies, in full precision, and the table of codes that belongs to it.
  const position = segments.findIndex((segment) => isScan(segment) && segment[spectrum(segment)]! > 0);
  const empty = Buffer.from(segments[position]!);
  empty.set([1, 63, 0], spectrum(empty));
  const table = segments.slice(0, position).findLast((segment) => segment[1] === 0xc4)!;
  const missing = scans - segments.filter(isScan).length;
  return Buffer.concat([whole.subarray(0, -2), table, ...Array<Buffer>(missing).fill(empty), whole.subarray(-2)]);
}

export interface PngKind {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colourType: number;
  readonly interlaced?: boolean;
  /** Chunks before the data: PLTE, tRNS, eXIf. */
  readonly chunks?: readonly (readonly [type: string, data: Uint8Array])[];
}

/** @param sample the value of a pixel's channel. */
export function pngFile(kind: PngKind, sample: (x: number, y: number, channel: number) => number): Buffer {
  const channels = [1, 0, 3, 1, 2, 0, 4][kind.colourType]!;
  // Adam7: each pass takes the pixels from a start, in steps.
  const passes = kind.interlaced
    ? ['0088', '4088', '0448', '2044', '0224', '1022', '0112'].map((pass) => [...pass].map(Number))
    : [[0, 0, 1, 1]];
  const rows: Buffer[] = [];
  for (const [x0, y0, dx, dy] of passes) {
    for (let y = y0!; y < kind.height; y += dy!) {
      let bits = '';
      for (let x = x0!; x < kind.width; x += dx!) {
        for (let channel = 0; channel < channels; channel++) {
          bits += sample(x, y, channel).toString(2).padStart(kind.depth, '0');
        }
      }
      const bytes = bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
      if (bytes) rows.push(Buffer.from([0, ...bytes])); // 0: no filter.
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(kind.width, 0);
  header.writeUInt32BE(kind.height, 4);
  header.set([kind.depth, kind.colourType, 0, 0, kind.interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...(kind.chunks ?? []).map(([type, data]) => pngChunk(type, data)),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A TIFF stream, or EXIF. `tags`: numbers are written as LONG, `shorts` as SHORT. `strips` follow, their tags are added. */
export function tiffFile(
  tags: Readonly<Record<number, number | { shorts: readonly number[] }>>,
  strips: readonly Buffer[] = [],
  littleEndian = true,
): Buffer {
  const file: Buffer[] = [];
  let length = 0;
  const put = (bytes: Buffer) => {
    file.push(bytes, Buffer.alloc(bytes.length % 2));
    length += bytes.length + (bytes.length % 2);
    return length - bytes.length - (bytes.length % 2);
  };
  const number = (value: number, size: number) => {
    const bytes = Buffer.alloc(size);
    if (littleEndian) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  put(Buffer.concat([Buffer.from(littleEndian ? 'II' : 'MM'), number(42, 2), number(0, 4)]));
  const offsets = strips.map(put);
  const longs = (values: readonly number[]) => Buffer.concat(values.map((value) => number(value, 4)));
  const rows = Object.entries(tags).map(([tag, value]) =>
    typeof value === 'number'
      ? { tag: Number(tag), type: 4, count: 1, bytes: number(value, 4) }
      : {
          tag: Number(tag),
          type: 3,
          count: value.shorts.length,
          bytes: Buffer.concat(value.shorts.map((v) => number(v, 2))),
        },
  );
  if (strips.length > 0) {
    rows.push({ tag: 273, type: 4, count: strips.length, bytes: longs(offsets) });
    rows.push({ tag: 279, type: 4, count: strips.length, bytes: longs(strips.map((strip) => strip.length)) });
  }
  rows.sort((a, b) => a.tag - b.tag);
  const table = rows.map(({ tag, type, count, bytes }) => {
    const value = bytes.length <= 4 ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : number(put(bytes), 4);
    return Buffer.concat([number(tag, 2), number(type, 2), number(count, 4), value]);
  });
  const directory = put(Buffer.concat([number(rows.length, 2), ...table, number(0, 4)]));
  const whole = Buffer.concat(file);
  number(directory, 4).copy(whole, 4);
  return whole;
}

/** A GIF of up to four colours. `frames`: rows of colour numbers, each at a place on the screen. */
export function gifFile(
  width: number,
  height: number,
  palette: readonly string[],
  frames: readonly { left: number; top: number; rows: readonly (readonly number[])[]; transparent?: number }[],
): Buffer {
  const short = (value: number) => [value & 255, value >> 8];
  const bytes = [...Buffer.from('GIF89a'), ...short(width), ...short(height), 0x80 | 1, 0, 0];
  for (let i = 0; i < 4; i++) bytes.push(...Buffer.from(palette[i] ?? '000000', 'hex'));
  for (const { left, top, rows, transparent } of frames) {
    if (transparent !== undefined) bytes.push(0x21, 0xf9, 4, 1, 0, 0, transparent, 0);
    bytes.push(0x2c, ...short(left), ...short(top), ...short(rows[0]!.length), ...short(rows.length), 0, 2);
    // A clear code (4) before every two pixels keeps all codes at 3 bits; 5 is the end.
    const codes = rows.flat().flatMap((pixel, i) => (i % 2 === 0 ? [4, pixel] : [pixel]));
    const bits = [...codes, 5]
      .map((code) => code.toString(2).padStart(3, '0'))
      .reverse()
      .join('');
    const data = bits
      .padStart(Math.ceil(bits.length / 8) * 8, '0')
      .match(/.{8}/g)!
      .reverse();
    bytes.push(data.length, ...data.map((byte) => Number.parseInt(byte, 2)), 0);
  }
  return Buffer.from([...bytes, 0x3b]);
}

/**
 * A BMP of any header and depth. `header`: its bytes, 12 and 64 are of OS/2. `pixels`: rows from the top, as the file has them but not
 * filled up. `colours`: the palette, B G R each. `masks`: which bits are red, green, blue, and alpha.
 */
export function bmpOfKind(
  { header, bits, width }: { header: number; bits: number; width: number },
  rows: readonly Buffer[],
  { colours = [], masks = [] }: { colours?: readonly (readonly number[])[]; masks?: readonly number[] } = {},
): Buffer {
  const isOld = header === 12;
  const palette = Buffer.from(colours.flatMap((colour) => (isOld ? colour : [...colour, 0])));
  const behind = header === 40 ? 4 * masks.length : 0;
  const start = 14 + header + behind + palette.length;
  const head = Buffer.alloc(start);
  head.write('BM');
  head.writeUInt32LE(start, 10);
  head.writeUInt32LE(header, 14);
  if (isOld) head.set(new Uint8Array(Uint16Array.of(width, rows.length, 1, bits).buffer), 18);
  else {
    head.writeInt32LE(width, 18);
    head.writeInt32LE(rows.length, 22);
    head.writeUInt16LE(1, 26);
    head.writeUInt16LE(bits, 28);
    head.writeUInt32LE(masks.length > 0 ? 3 : 0, 30);
    head.writeUInt32LE(colours.length, 46);
    for (const [i, mask] of masks.entries()) head.writeUInt32LE(mask, 54 + 4 * i);
  }
  palette.copy(head, 14 + header + behind);
  const filled = rows.map((row) => Buffer.concat([row, Buffer.alloc((4 - (row.length % 4)) % 4)]));
  const file = Buffer.concat([head, ...filled.reverse()]);
  file.writeUInt32LE(file.length, 2);
  return file;
}

/** A 24-bit BMP. `gap`: bytes between header and pixels. `pixels`: rows of `rrggbb`. */
export function bmpFile(pixels: readonly (readonly string[])[], gap = 0, topDown = false): Buffer {
  const [width, height] = [pixels[0]!.length, pixels.length];
  const rows = pixels.map((row) => {
    const bytes = Buffer.from(row.join(''), 'hex');
    for (let i = 0; i < bytes.length; i += 3) bytes.subarray(i, i + 3).reverse();
    return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  });
  if (!topDown) rows.reverse();
  const header = Buffer.alloc(54 + gap);
  header.write('BM');
  header.writeUInt32LE(54 + gap, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(topDown ? -height : height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, ...rows]);
}
