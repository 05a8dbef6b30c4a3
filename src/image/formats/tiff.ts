/** TIFF: lets through the kinds that utif2 reads right, unpacked, and only the tags of the first page that it needs. */
import { inflateSync } from 'node:zlib';
import { InputError } from '../../errors.js';
import type { Size } from '../picture.js';
import { type Directory, orientationOf, readDirectory } from './directory.js';
import type { Alpha, CheckedFile, Format } from './format.js';
import { unpackLzw } from './lzw.js';
import { unpackPackBits } from './packbits.js';

export const tiff: Format = {
  name: 'TIFF',
  loadDecoder: async () => (await import('@jimp/js-tiff')).default(),
  begins: /^(?:II\*|MM.\*)/s,
  size,
  check,
};

const tags = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripLengths: 279,
  planar: 284,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

const compressions = { none: 1, lzw: 5, deflate: 8, oldDeflate: 32946, packBits: 32773 } as const;
const photometrics = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3 } as const;

/** By the same rows of the directory that everything else goes by. */
function size(bytes: Buffer): Size {
  return layoutOf(directoryOf(bytes));
}

function directoryOf(bytes: Buffer): Directory {
  const directory = readDirectory(bytes);
  if (!directory?.complete) throw damaged();
  return directory;
}

function check(bytes: Buffer): CheckedFile {
  const directory = directoryOf(bytes);
  const layout = layoutOf(directory);
  checkKind(layout);
  const pixels = unpackStrips(bytes, layout);
  return { bytes: plainPage(bytes, directory, pixels), orientation: orientationOf(directory), alpha: alphaOf(layout) };
}

/** The tags' values, with TIFF's defaults for those that are missing. */
type Layout = ReturnType<typeof layoutOf>;

function layoutOf(directory: Directory) {
  const all = (tag: number) => directory.tags.get(tag)?.values ?? [];
  const first = (tag: number, otherwise: number) => all(tag)[0] ?? otherwise;
  return {
    width: first(tags.width, 0),
    height: first(tags.height, 0),
    bits: all(tags.bits).length > 0 ? all(tags.bits) : [1],
    compression: first(tags.compression, compressions.none),
    photometric: first(tags.photometric, -1),
    fillOrder: first(tags.fillOrder, 1),
    stripOffsets: all(tags.stripOffsets),
    stripLengths: all(tags.stripLengths),
    samples: first(tags.samples, 1),
    rowsPerStrip: first(tags.rowsPerStrip, 2 ** 32 - 1),
    planar: first(tags.planar, 1),
    predictor: first(tags.predictor, 1),
    palette: all(tags.palette),
    tiled: all(tags.tileWidth).length > 0,
    extraSample: first(tags.extraSamples, 0),
    sampleFormat: first(tags.sampleFormat, 1),
  };
}

function damaged(): InputError {
  return new InputError('the TIFF is damaged or cut short; get a whole copy of the file, or save it again');
}

/** utif2 reads other kinds too, but wrong (planes, grey with alpha), or prints while it does (tiles), or not at all. */
function checkKind(layout: Layout): void {
  const { photometric, samples, compression } = layout;
  const bits = layout.bits[0]!;
  const grey = photometric === photometrics.whiteIsZero || photometric === photometrics.blackIsZero;
  const readable =
    ((grey && samples === 1 && [1, 8, 16].includes(bits)) ||
      (photometric === photometrics.rgb && (samples === 3 || samples === 4) && (bits === 8 || bits === 16)) ||
      (photometric === photometrics.palette && samples === 1 && bits === 8 && layout.palette.length === 768)) &&
    layout.bits.every((other) => other === bits) &&
    Object.values<number>(compressions).includes(compression) &&
    !layout.tiled &&
    layout.planar === 1 &&
    layout.fillOrder === 1 &&
    layout.sampleFormat === 1 &&
    (layout.predictor === 1 || (layout.predictor === 2 && bits >= 8));
  if (!readable) {
    throw new InputError(
      `this kind of TIFF (photometric ${photometric}, ${samples} channels of ${bits} bits, compression ${compression}${layout.tiled ? ', tiles' : ''}${layout.planar === 2 ? ', planes' : ''}) can't be read; save it as PNG, or as TIFF in RGB with LZW`,
    );
  }
}

/** The picture's bytes, unpacked and put together: rows from the top, [height, rowBytes]. */
function unpackStrips(bytes: Buffer, layout: Layout): Buffer {
  const { width, height, samples, stripOffsets, stripLengths } = layout;
  const rowBytes = Math.ceil((width * samples * layout.bits[0]!) / 8);
  const rowsPerStrip = Math.min(layout.rowsPerStrip, height);
  if (rowsPerStrip === 0 || stripOffsets.length !== Math.ceil(height / rowsPerStrip)) throw damaged();
  const strips = stripOffsets.map((offset, i) => {
    const size = rowBytes * Math.min(rowsPerStrip, height - i * rowsPerStrip);
    // Uncompressed files are known to have wrong lengths, or none.
    const length = layout.compression === compressions.none ? size : (stripLengths[i] ?? 0);
    const strip = unpack(bytes.subarray(offset, offset + length), layout.compression, size);
    if (strip.length !== size) throw damaged();
    return strip;
  });
  return Buffer.concat(strips);
}

/** @returns `size` bytes, or another number of them if the strip is damaged. */
function unpack(strip: Buffer, compression: number, size: number): Buffer {
  if (compression === compressions.none) return strip;
  if (compression === compressions.lzw) return unpackLzw(strip, size);
  if (compression === compressions.packBits) return unpackPackBits(strip, size);
  try {
    return inflateSync(strip, { maxOutputLength: size });
  } catch {
    return Buffer.alloc(0);
  }
}

/**
 * A TIFF file with one uncompressed strip and nothing but the tags above. utif2 would follow others, to further pages,
 * thumbnails and cameras' notes, some of them in circles, and make a list as long as any of them says it is; and it
 * unpacks without a limit, leaves black what is missing, and never ends on some damaged LZW.
 */
function plainPage(bytes: Buffer, directory: Directory, pixels: Buffer): Buffer {
  const page = Buffer.concat([bytes, pixels]);
  const write = (value: number, at: number, size: number) =>
    directory.littleEndian ? page.writeUIntLE(value, at, size) : page.writeUIntBE(value, at, size);
  const replaced = new Map<number, number>([
    [tags.compression, compressions.none],
    [tags.stripOffsets, bytes.length],
  ]);
  const dropped = new Set<number>([tags.rowsPerStrip, tags.stripLengths]);
  const known = new Set<number>(Object.values(tags));
  const kept = [...directory.tags].filter(
    ([number, { values }]) => known.has(number) && !dropped.has(number) && values.length > 0,
  );
  const rows = directory.position + 2;
  write(kept.length, directory.position, 2);
  kept.forEach(([number, { position }], i) => {
    const row = rows + 12 * i;
    bytes.copy(page, row, position, position + 12);
    const value = replaced.get(number);
    if (value === undefined) return;
    write(4, row + 2, 2); // One LONG, in place.
    write(1, row + 4, 4);
    write(value, row + 8, 4);
  });
  write(0, rows + 12 * kept.length, 4); // No further page.
  return page;
}

function alphaOf({ samples, extraSample }: Layout): Alpha {
  if (samples !== 4) return 'none';
  return extraSample === 1 ? 'premultiplied' : extraSample === 2 ? 'straight' : 'none';
}
