/** What has to be known of GIF files beside what ffmpeg writes: how many pictures there are, and where a comment goes. (GIF89a.) */
import { open } from 'node:fs/promises';
import { ByteReader } from './byte-reader.js';

const blocks = { extension: 0x21, picture: 0x2c, trailer: 0x3b };
const commentLabel = 0xfe;

/**
 * The number of pictures in a GIF.
 * @throws Error what is wrong with the file, or a system's error where it can't be read.
 */
export const countGifPictures = (path: string): Promise<number> =>
  ByteReader.over(path, async (reader) => {
    if (reader.size < 13 || !/^GIF8[79]a$/.test((await reader.bytes(6)).toString('latin1')))
      throw new Error('it is no GIF');
    const [, , , , flags] = await reader.bytes(7);
    skipColours(reader, flags!);
    for (let count = 0; ; ) {
      const block = await reader.byte();
      if (block === blocks.trailer) return count;
      if (block === blocks.picture) {
        count++;
        skipColours(reader, (await reader.bytes(9))[8]!);
        reader.skip(1);
      } else if (block === blocks.extension) reader.skip(1);
      else throw new Error('it is no GIF, or cut');
      for (let length = await reader.byte(); length > 0; length = await reader.byte()) reader.skip(length);
    }
  });

/** Goes past a table of colours, where the flags in front of it say that there is one. */
function skipColours(reader: ByteReader, flags: number): void {
  if (flags & 0x80) reader.skip(3 * 2 ** ((flags & 7) + 1));
}

/** Adds a comment behind the last picture. @param text of 255 bytes at the most; what is longer is cut. @throws Error where the file does not end there. */
export async function appendComment(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const end = (await file.stat()).size - 1;
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, end);
    if (last[0] !== blocks.trailer) throw new Error('it is no GIF, or cut');
    const words = Buffer.from(text).subarray(0, 255);
    const comment = [blocks.extension, commentLabel, words.length, ...words, 0, blocks.trailer];
    await file.write(Buffer.from(comment), 0, comment.length, end);
  } finally {
    await file.close();
  }
}
