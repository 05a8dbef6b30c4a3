/** Goes through WebM and Matroska files: a tree of elements, each with a number that says what it is (RFC 8794, RFC 9559). */
import { ByteReader } from './byte-reader.js';

const elements = { header: 0x1a45dfa3, segment: 0x18538067, cluster: 0x1f43b675, block: 0xa3, group: 0xa0 };

/**
 * The number of pictures in a WebM file that has nothing but them.
 * @throws Error what is wrong with the file, or a system's error where it can't be read.
 */
export const countBlocks = (path: string): Promise<number> =>
  ByteReader.over(path, async (reader) => {
    let count = 0;
    let isFirst = true;
    do {
      const id = await readId(reader);
      if (isFirst !== (id === elements.header)) throw new Error('it is no WebM');
      isFirst = false;
      const length = await readLength(reader);
      if (reader.at + length > reader.size) throw new Error('it is cut');
      if (id === elements.block || id === elements.group) count++;
      // What these hold comes next.
      if (id !== elements.segment && id !== elements.cluster) reader.skip(length);
    } while (reader.at < reader.size);
    return count;
  });

/** Goes through a WebM or Matroska file to its end. @throws Error what is wrong with it: CutShort where it is cut. */
export const passElements = (path: string): Promise<void> =>
  ByteReader.over(path, async (reader) => {
    while (reader.at < reader.size) {
      await readId(reader);
      const length = await readLength(reader);
      if (length !== Infinity) reader.skip(length);
    }
  });

/** How many bytes belong to a number: as many as there are zeros in front of its first one, and that. */
const bytesOf = (first: number): number => {
  const bytes = Math.clz32(first) - 23;
  if (bytes > 8) throw new Error('it is no WebM');
  return bytes;
};

async function readId(reader: ByteReader): Promise<number> {
  const first = await reader.byte();
  const bytes = bytesOf(first);
  return bytes > 4 ? 0 : Buffer.from([first, ...(await reader.bytes(bytes - 1))]).readUIntBE(0, bytes);
}

/** Infinity of what is written while it comes: then what it holds comes next, as far as there is something. */
async function readLength(reader: ByteReader): Promise<number> {
  const first = await reader.byte();
  const bytes = bytesOf(first);
  let length = first & (0xff >> bytes);
  for (const byte of await reader.bytes(bytes - 1)) length = 256 * length + byte;
  return length >= 2 ** (7 * bytes) - 1 ? Infinity : length;
}
