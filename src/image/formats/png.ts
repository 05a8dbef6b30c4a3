/** PNG: finds the orientation and the end, and makes sure that the data are whole and no more than the picture. */
import { crc32, inflateSync } from 'node:zlib';
import { InputError } from '../../errors.js';
import { orientationOf, readDirectory } from './directory.js';
import type { CheckedFile, Format } from './format.js';

export const png: Format = {
  name: 'PNG',
  loadDecoder: async () => (await import('@jimp/js-png')).default(),
  begins: /^\x89PNG\r\n.\n/,
  check,
};

function check(bytes: Buffer): CheckedFile {
  const data: Buffer[] = [];
  let header: Buffer | undefined;
  let orientation = 1;
  let position = 8;
  for (let type = ''; type !== 'IEND'; ) {
    const length = position + 12 <= bytes.length ? bytes.readUInt32BE(position) : 0;
    if (position + 12 + length > bytes.length)
      throw new InputError('the PNG is cut short; get a whole copy of the file');
    type = bytes.toString('latin1', position + 4, position + 8);
    const chunk = bytes.subarray(position + 8, position + 8 + length);
    const checksum = bytes.readUInt32BE(position + 8 + length);
    // Capital letters mark the chunks that a picture can't do without.
    if (/^[A-Z]/.test(type) && crc32(bytes.subarray(position + 4, position + 8 + length)) !== checksum) throw damaged();
    if (type === 'IHDR') {
      // The size was checked in the first header, but the decoder goes by the last.
      if (header || length !== 13) throw damaged();
      header = chunk;
    } else if (type === 'IDAT') data.push(chunk);
    else if (type === 'eXIf') orientation = orientationOf(readDirectory(chunk));
    position += 12 + length;
  }
  if (!header) throw damaged();
  checkData(header, Buffer.concat(data));
  // The decoder refuses a file that has anything behind its end.
  return { bytes: bytes.subarray(0, position), orientation, alpha: 'straight' };
}

function damaged(): InputError {
  return new InputError('the PNG is damaged; get a whole copy of the file, or save it again');
}

/** Of each of Adam7's passes: the first column and row, and the steps from one to the next. */
const interlacedPasses = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Unpacks the data to see how long they are. pngjs does not mind when rows are missing, and unpacks an
 * interlaced picture without a limit, while a few MB of deflate can hold as many GB.
 * @param header the 13 bytes of IHDR.
 * @param data what all IDAT chunks hold.
 */
function checkData(header: Buffer, data: Buffer): void {
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const channels = [1, 0, 3, 1, 2, 0, 4][header.readUInt8(9)] ?? 0;
  const bits = channels * header.readUInt8(8);
  const passes = header.readUInt8(12) === 1 ? interlacedPasses : ([[0, 0, 1, 1]] as const);
  let wanted = 0;
  for (const [left, top, right, down] of passes) {
    const columns = Math.ceil((width - left) / right);
    const rows = Math.ceil((height - top) / down);
    // Each row begins with its filter's number.
    if (columns > 0 && rows > 0) wanted += rows * (1 + Math.ceil((columns * bits) / 8));
  }
  try {
    if (inflateSync(data, { maxOutputLength: wanted + spare }).length >= wanted) return;
  } catch {}
  throw damaged();
}

/** Some programs write a little more than there are rows for. */
const spare = 2 ** 16;
