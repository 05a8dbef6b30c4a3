/** BMP: lets through the kinds that bmp-ts reads right, which are the common ones. */
import { InputError } from '../../errors.js';
import type { CheckedFile, Format } from './format.js';

export const bmp: Format = {
  name: 'BMP',
  loadDecoder: async () => (await import('@jimp/js-bmp')).default(),
  begins: /^BM/,
  check,
};

const uncompressed = 0;
const bitFields = 3;

function check(bytes: Buffer): CheckedFile {
  if (bytes.length < 54) throw damaged();
  const headerSize = bytes.readUInt32LE(14);
  const bits = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  // bmp-ts gets run-length coding, 4 bits with an odd width and 16 bits (white becomes 248) wrong.
  const readable =
    headerSize >= 40 &&
    ((compression === uncompressed && [1, 8, 24].includes(bits)) ||
      (bits === 32 && (compression === bitFields || (compression === uncompressed && headerSize === 40))));
  if (!readable) {
    throw new InputError(`this kind of BMP (${bits} bits, compression ${compression}) can't be read; save it as PNG`);
  }
  return { bytes: withoutGap(bytes, headerSize, bits, compression), orientation: 1, alpha: 'none' };
}

/** bmp-ts takes the pixels to follow the palette at once; the file says where they really are. */
function withoutGap(bytes: Buffer, headerSize: number, bits: number, compression: number): Buffer {
  const masks = headerSize === 40 && compression === bitFields ? 12 : 0;
  const colours = bytes.readUInt32LE(46) || (bits <= 8 ? 1 << bits : 0);
  const headersEnd = 14 + headerSize + masks + 4 * colours;
  const pixels = bytes.readUInt32LE(10);
  if (pixels < headersEnd) throw damaged();
  if (pixels === headersEnd) return bytes;
  return Buffer.concat([bytes.subarray(0, headersEnd), bytes.subarray(pixels)]);
}

function damaged(): InputError {
  return new InputError('the BMP is damaged or cut short; get a whole copy of the file');
}
