/** Tells whether what lies under a final name is whole, without a decoder: all of a file's parts are there, to its last byte. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Output } from './case.js';

/** What a file or folder lacks of being whole, or undefined. */
export function faultOf({ kind }: Output, path: string): string | undefined {
  if (kind === 'other') return undefined;
  const isFolder = statSync(path).isDirectory();
  if (kind === 'frames') return isFolder ? faultOfFrames(path) : 'no folder';
  if (isFolder) return 'a folder';
  const bytes = readFileSync(path);
  if (kind === 'svg') return /^<svg .*<\/svg>\n$/s.test(bytes.toString()) ? undefined : 'no whole SVG';
  return kind === 'video' ? faultOfVideo(bytes) : faultOfPicture(bytes);
}

/** The boxes of an MP4, from `from` to `to`; undefined where they do not fill it. */
function boxesOf(bytes: Buffer, from = 0, to = bytes.length): Map<string, [from: number, to: number]> | undefined {
  const boxes = new Map<string, [number, number]>();
  let at = from;
  while (at < to) {
    if (at + 8 > to) return undefined;
    const size = bytes.readUInt32BE(at);
    const long = size === 1 && at + 16 <= to;
    const length = long ? Number(bytes.readBigUInt64BE(at + 8)) : size;
    if (length < 8 || at + length > to) return undefined;
    boxes.set(bytes.toString('latin1', at + 4, at + 8), [at + (long ? 16 : 8), at + length]);
    at += length;
  }
  return boxes;
}

function faultOfVideo(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return 'an empty file';
  const outer = boxesOf(bytes);
  if (!outer) return 'boxes that do not fill the file';
  for (const name of ['ftyp', 'moov', 'mdat']) if (!outer.has(name)) return `no ${name}`;
  let boxes: typeof outer | undefined = outer;
  for (const name of ['moov', 'trak', 'mdia', 'minf', 'stbl']) {
    boxes = boxes?.has(name) ? boxesOf(bytes, ...boxes.get(name)!) : undefined;
  }
  const sizes = boxes?.get('stsz');
  if (!sizes) return 'no table of frames';
  const [common, count] = [bytes.readUInt32BE(sizes[0] + 4), bytes.readUInt32BE(sizes[0] + 8)];
  if (count === 0) return 'no frame';
  let total = common * count;
  for (let i = 0; common === 0 && i < count; i++) total += bytes.readUInt32BE(sizes[0] + 12 + 4 * i);
  const [from, to] = outer.get('mdat')!;
  return total > to - from ? `frames of ${total} bytes in ${to - from}` : undefined;
}

function faultOfPicture(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') return 'no PNG';
  let at = 8;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const last = at + 8 + length;
    if (last + 4 > bytes.length) return 'a PNG that is cut short';
    if (crc32(bytes.subarray(at + 4, last)) !== bytes.readUInt32BE(last)) return 'a PNG with a wrong checksum';
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND')
      return last + 4 === bytes.length ? undefined : 'more than a PNG';
    at = last + 4;
  }
  return 'a PNG without an end';
}

function faultOfFrames(folder: string): string | undefined {
  const numbers = readdirSync(folder)
    .map((name) => /^frame-(\d{5,})\.png$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .sort();
  const gap = numbers.findIndex((digits, i) => Number(digits) !== i);
  if (gap >= 0) return `frame ${numbers[gap]} where ${gap} should be`;
  for (const digits of numbers) {
    const fault = faultOfPicture(readFileSync(join(folder, `frame-${digits}.png`)));
    if (fault) return `frame ${digits}: ${fault}`;
  }
  return undefined;
}
