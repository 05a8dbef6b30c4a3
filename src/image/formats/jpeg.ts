/** JPEG: bounds what decoding may cost, and mends a missing end. */
import { setImmediate } from 'node:timers/promises';
import { InputError } from '../../errors.js';
import type { CheckedFile, Format } from './format.js';
import { bytesOfRows, damaged, readHeader, rowsAtOnce } from './libvips.js';

export const jpeg: Format = { name: 'JPEG', begins: /^\xff\xd8\xff/, check };

/**
 * Passes over the picture that a file may have. Progressive ones have 10 or so, and at the very most some 40 of use; but a scan of
 * 60 bytes, one of thousands in a file, takes as long as all of the picture does.
 */
const maxScans = 100;

interface Outline {
  /** How many coefficients there are to a pixel; 0 where the file has no frame. */
  readonly coefficients: number;
  /** How many scans (passes over the picture) there are. */
  readonly scans: number;
  /** Where the EOI marker ends, if there is one: what follows it (a second picture, a camera's notes) is not ours. */
  readonly end: number | undefined;
}

async function check(bytes: Buffer): Promise<CheckedFile> {
  const { scans, end, coefficients } = await outlineOf(bytes);
  if (scans > maxScans) {
    throw new InputError(`the JPEG has more than ${maxScans} scans, which no ordinary one has; save it again`);
  }
  const header = await readHeader(jpeg.name, bytes);
  const { width, height } = header.autoOrient;
  // A break between two scans would pass for a picture, in coarse blocks or without colour.
  if (header.isProgressive && end === undefined) throw damaged(jpeg.name);
  const isOneScan = scans === 1 && !header.isProgressive;
  return {
    width,
    height,
    // Of several scans libjpeg keeps all coefficients, 16 bits each, until the last one was read.
    heldBytes:
      bytes.length +
      bytesOfRows(header, rowsAtOnce.jpeg) +
      (header.isProgressive ? 2 * coefficients * width * height : 0),
    encoded: async () =>
      isOneScan
        ? { bytes: withoutEnd(bytes, end), losses: 'early end' }
        : { bytes: withEnd(bytes, end), losses: end === undefined ? 'any' : 'early end' },
  };
}

const endMark = Buffer.from([0xff, 0xd9]);

/** As many ones as the decoder may read ahead, 64: no code is made of ones alone. */
const ones = Buffer.from('ff00'.repeat(8), 'hex');

/**
 * A file of one scan with ones in place of its EOI marker. libjpeg fills up with grey what is missing in front of that, and libvips' warning of it
 * comes when a picture that is made smaller, or has a colour profile, is done; at the end of a file it stops. Some devices leave the
 * marker out; nothing is missing then.
 */
const withoutEnd = (bytes: Buffer, end: number | undefined): Buffer =>
  Buffer.concat([end === undefined ? whatIsThere(bytes) : bytes.subarray(0, end - endMark.length), ones]);

/** A file of several scans, which are all looked at before there is a picture, up to its EOI marker. */
const withEnd = (bytes: Buffer, end: number | undefined): Buffer =>
  end === undefined ? Buffer.concat([whatIsThere(bytes), endMark]) : bytes.subarray(0, end);

/** Zeros behind the break (a copy that was given its full length beforehand) would be decoded as if they were picture. */
function whatIsThere(bytes: Buffer): Buffer {
  const zeros = Buffer.alloc(2 ** 16);
  let end = bytes.length;
  while (end > zeros.length && zeros.equals(bytes.subarray(end - zeros.length, end))) end -= zeros.length;
  while (bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/** Goes from marker to marker; decoders pass over stray bytes between them, so this does too. */
async function outlineOf(bytes: Buffer): Promise<Outline> {
  let scans = 0;
  let coefficients = 0;
  let position = 2;
  for (let steps = 1; scans <= maxScans; steps++) {
    // A gigabyte of nothing but markers keeps nobody from ending the program.
    if (steps % 2 ** 18 === 0) await setImmediate();
    position = bytes.indexOf(0xff, position);
    if (position < 0 || position + 2 > bytes.length) break;
    const marker = bytes.readUInt8(position + 1);
    if (marker === 0xd9) return { scans, coefficients, end: position + 2 };
    if (marker === 0xff)
      position++; // A fill byte.
    else if (hasNoLength(marker)) position += 2;
    else {
      if (position + 4 > bytes.length) break;
      const segment = bytes.subarray(position + 4, position + 2 + bytes.readUInt16BE(position + 2));
      if (marker === 0xda) scans++;
      if (isFrame(marker)) coefficients = coefficientsOf(segment);
      position += 4 + segment.length;
    }
  }
  return { scans, coefficients, end: undefined };
}

/** Stuffing within compressed data, restarts, and the beginning of a picture. */
const hasNoLength = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** To a pixel: 3 where all channels are whole, 1.5 where two of them have half the rows and columns. */
function coefficientsOf(frame: Buffer): number {
  const count = Math.min(frame[5] ?? 0, Math.floor((frame.length - 6) / 3));
  const factors = Array.from({ length: count }, (_, i) => frame.readUInt8(7 + 3 * i));
  const [across, down] = [factors.map((factor) => factor >> 4), factors.map((factor) => factor & 15)];
  const blocks = across.reduce((sum, factor, i) => sum + factor * down[i]!, 0);
  return blocks / Math.max(1, Math.max(...across) * Math.max(...down));
}
