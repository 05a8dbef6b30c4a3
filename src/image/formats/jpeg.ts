/** JPEG: finds the orientation and the colour space, refuses what jpeg-js misreads, and mends a missing end. */
import { InputError } from '../../errors.js';
import type { Size } from '../picture.js';
import { orientationOf, readDirectory } from './directory.js';
import type { CheckedFile, Format } from './format.js';

export const jpeg: Format = {
  name: 'JPEG',
  loadDecoder: async () => (await import('@jimp/js-jpeg')).default(),
  begins: /^\xff\xd8\xff/,
  size,
  check,
};

/** A frame's header, SOF0, SOF1 or SOF2. */
interface Frame extends Size {
  readonly progressive: boolean;
  /** The components' names: 1 2 3 usually, or R G B. */
  readonly components: readonly number[];
}

interface Outline {
  frame: Frame | undefined;
  /** How many scans (passes over the picture) have begun. */
  scans: number;
  /** How many components the first scan has. */
  firstScanComponents: number;
  orientation: number;
  /** Adobe's colour transform: 0 none (RGB, CMYK), 1 YCbCr, 2 YCCK. */
  transform: number | undefined;
  /** Where the EOI marker ends, if there is one: what follows it (a second picture, a camera's notes) is not ours. */
  end: number | undefined;
}

/** image-size gives up on files with fill bytes between their segments; decoders pass over them. */
function size(bytes: Buffer): Size {
  const { frame } = outlineOf(bytes);
  if (!frame) throw cutShort();
  return frame;
}

function check(bytes: Buffer): CheckedFile {
  const outline = outlineOf(bytes);
  const { frame, end } = outline;
  // Every block of 8×8 pixels takes at least one bit. The decoder makes room for all of them before it reads the first.
  if (!frame || outline.scans === 0 || (frame.width * frame.height) / 64 > bytes.length * 8) throw cutShort();
  return {
    bytes: end === undefined ? withEnd(bytes, outline, frame) : bytes.subarray(0, end),
    orientation: outline.orientation,
    alpha: 'none',
    options: {
      // jpeg-js takes three components for YCbCr whatever Adobe's marker says. For four it goes by the marker.
      ...(frame.components.length === 3 && { colorTransform: !isRgb(outline, frame) }),
      // The number of pixels has been checked; its own limits, 512 MB first, would refuse ordinary cameras' files.
      maxResolutionInMP: Number.POSITIVE_INFINITY,
      maxMemoryUsageInMB: Number.POSITIVE_INFINITY,
    },
  };
}

function cutShort(): InputError {
  return new InputError('the JPEG is cut short; get a whole copy of the file');
}

function isRgb(outline: Outline, frame: Frame): boolean {
  return (
    outline.transform === 0 || (outline.transform === undefined && String.fromCharCode(...frame.components) === 'RGB')
  );
}

/**
 * The file with an EOI marker behind it. Some devices leave it out, and so does every download that broke off. When all
 * of the picture is in one scan, the decoder can tell them apart: it fails where it meets the marker before its last
 * block. With several scans a break between two of them would pass for a picture, in coarse blocks or without colour.
 */
function withEnd(bytes: Buffer, outline: Outline, frame: Frame): Buffer {
  if (frame.progressive || outline.scans > 1 || outline.firstScanComponents < frame.components.length) throw cutShort();
  // Zeros behind the break (a copy that was given its full length beforehand) would be decoded as if they were picture.
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from([0xff, 0xd9])]);
}

/** Goes from marker to marker; the decoder forgives stray bytes between them, so this does too. */
function outlineOf(bytes: Buffer): Outline {
  const outline: Outline = {
    frame: undefined,
    scans: 0,
    firstScanComponents: 0,
    orientation: 1,
    transform: undefined,
    end: undefined,
  };
  let position = 2;
  while (outline.end === undefined) {
    position = nextMarker(bytes, position);
    if (position + 4 > bytes.length) {
      if (bytes[position + 1] === 0xd9) outline.end = position + 2;
      return outline;
    }
    const marker = bytes.readUInt8(position + 1);
    if (marker === 0xd9) outline.end = position + 2;
    else if (marker === 0xd8 || marker === 0x01) position += 2;
    else {
      const start = position + 4;
      position += 2 + bytes.readUInt16BE(position + 2);
      if (position > bytes.length) return outline;
      readSegment(marker, bytes.subarray(start, position), outline);
    }
  }
  return outline;
}

/** Where the next FF is that begins a marker and is not part of the compressed data: a stuffed FF 00, a restart, a fill. */
function nextMarker(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code !== undefined && code !== 0 && code !== 0xff && (code < 0xd0 || code > 0xd7)) return at;
  }
  return bytes.length;
}

function readSegment(marker: number, data: Buffer, outline: Outline): void {
  if (marker === 0xe1 && data.toString('latin1', 0, 6) === 'Exif\0\0') {
    outline.orientation = orientationOf(readDirectory(data.subarray(6)));
  } else if (marker === 0xee && data.toString('latin1', 0, 5) === 'Adobe') {
    outline.transform = data[11];
  } else if (marker === 0xda) {
    outline.scans++;
    if (outline.scans === 1) outline.firstScanComponents = data[0] ?? 0;
  } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
    outline.frame = readFrame(marker, data, outline.frame);
  }
}

function readFrame(marker: number, data: Buffer, earlier: Frame | undefined): Frame {
  const bits = data[0] ?? 0;
  const count = data[5] ?? 0;
  if (marker > 0xc2 || bits !== 8 || earlier || ![1, 3, 4].includes(count)) {
    throw new InputError(
      `this kind of JPEG (SOF${marker - 0xc0}, ${bits} bits, ${count} channels) can't be read; save it as an ordinary 8-bit JPEG or as PNG`,
    );
  }
  return {
    width: data.readUInt16BE(3),
    height: data.readUInt16BE(1),
    progressive: marker === 0xc2,
    components: Array.from({ length: count }, (_, i) => data[6 + 3 * i] ?? 0),
  };
}
