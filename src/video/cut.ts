/** Tells whether a video is cut. Of most kinds ffmpeg shows what is there, without a word of what is not. */
import { realpath } from 'node:fs/promises';
import { ByteReader, CutShort } from './byte-reader.js';
import { countGifPictures } from './gif.js';
import { passElements } from './webm.js';

/** How files are gone through as far as they say how long they are, by what they begin with, taken for Latin-1. */
const ways: readonly (readonly [RegExp, (path: string) => Promise<unknown>])[] = [
  [/^.E\xdf\xa3/s, passElements],
  [/^GIF8/, countGifPictures],
  [/^RIFF/, (path) => ByteReader.over(path, passChunks)],
  [/^.{4}[a-z]{4}/s, (path) => ByteReader.over(path, passBoxes)],
];

/** Whether a video ends before what it says it has. What is no file, or of no kind that is known, is not cut. */
export async function isCut(path: string): Promise<boolean> {
  try {
    const file = await realpath(path);
    const beginning = await ByteReader.over(file, (reader) => reader.bytes(8));
    const [, pass] = ways.find(([begins]) => begins.test(beginning.toString('latin1'))) ?? [];
    await pass?.(file);
    return false;
  } catch (error) {
    return error instanceof CutShort;
  }
}

/** Of an AVI, which has several above a gigabyte. Some programs count the eight bytes in front of one with it. */
async function passChunks(reader: ByteReader): Promise<void> {
  while (reader.size - reader.at >= 8) {
    const head = await reader.bytes(8);
    if (head.toString('latin1', 0, 4) !== 'RIFF') return;
    const [length, left] = [head.readUInt32LE(4), reader.size - reader.at];
    if (length - 8 > left) throw new CutShort();
    reader.skip(Math.min(length + (length % 2), left));
  }
}

/** Of an MP4. What cameras put behind a film looks like boxes of any length. */
const filmBox = /^(?:moov|moof|mdat)$/;

async function passBoxes(reader: ByteReader): Promise<void> {
  while (reader.size - reader.at >= 8) {
    const start = reader.at;
    const head = await reader.bytes(8);
    const short = head.readUInt32BE(0);
    const end = start + (short === 1 ? Number((await reader.bytes(8)).readBigUInt64BE()) : short);
    // 0: to the end of the file.
    if (end < reader.at) return;
    if (end > reader.size && !filmBox.test(head.toString('latin1', 4))) return;
    reader.skip(end - reader.at);
  }
}
