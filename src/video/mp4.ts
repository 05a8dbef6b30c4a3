/** Reads of an MP4 file what tells a whole video from anything else. */
import { type FileHandle, lstat, open } from 'node:fs/promises';

/** A part of the file: a box of ISO/IEC 14496-12. Positions and sizes in bytes. */
interface Box {
  readonly type: string;
  /** Where its content begins and ends. */
  readonly start: number;
  readonly end: number;
}

/** The largest index that is read: that of 60 million frames. */
const largestIndex = 2 ** 28;

/**
 * The number of pictures in an MP4 file that has one track, a video, and its index in front.
 * @throws Error what is wrong with the file, or a system's error where it can't be read.
 */
export async function countPictures(path: string): Promise<number> {
  // A link would lead to somebody else's, and another thing may never end.
  if (!(await lstat(path)).isFile()) throw new Error('it is no file');
  const file = await open(path);
  try {
    const boxes = await readBoxes(file, (await file.stat()).size);
    const of = (type: string) => boxes.findIndex((box) => box.type === type);
    const [moov, mdat] = [of('moov'), of('mdat')];
    if (boxes[0]?.type !== 'ftyp' || moov < 0 || mdat < 0) throw new Error('it is no MP4');
    if (moov > mdat) throw new Error('its index is not in front');
    const { start, end } = boxes[moov]!;
    if (end - start > largestIndex) throw new Error('its index is too large');
    const index = await readAt(file, start, end - start);
    const { sizes, count } = pictures(index);
    const bytes = boxes.filter(({ type }) => type === 'mdat').reduce((sum, box) => sum + box.end - box.start, 0);
    if (sizes > bytes) throw new Error('pictures are missing');
    return count;
  } finally {
    await file.close();
  }
}

/** The number of pictures, and of their bytes. */
function pictures(moov: Buffer): { count: number; sizes: number } {
  const inside = (buffer: Buffer, type: string) => boxesIn(buffer).filter((box) => box.type === type);
  const [track, another] = inside(moov, 'trak').map(({ start, end }) => moov.subarray(start, end));
  if (!track || another) throw new Error('it has not one track');
  const within = (buffer: Buffer, ...types: string[]): Buffer =>
    types.reduce((outer, type) => {
      const [box] = inside(outer, type);
      if (!box) throw new Error(`it has no ${type}`);
      return outer.subarray(box.start, box.end);
    }, buffer);
  if (within(track, 'mdia', 'hdlr').toString('latin1', 8, 12) !== 'vide') throw new Error('its track is no video');
  const table = within(track, 'mdia', 'minf', 'stbl', 'stsz');
  if (table.length < 12) throw new Error('its index is cut');
  const [size, count] = [table.readUInt32BE(4), table.readUInt32BE(8)];
  if (size === 0 && table.length < 12 + 4 * count) throw new Error('its index is cut');
  let sizes = size * count;
  if (size === 0) for (let i = 0; i < count; i++) sizes += table.readUInt32BE(12 + 4 * i);
  return { count, sizes };
}

async function readBoxes(file: FileHandle, size: number): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let at = 0; at < size; at = boxes.at(-1)!.end) {
    boxes.push(boxAt(await readAt(file, at, Math.min(16, size - at)), at, size));
  }
  return boxes;
}

function boxesIn(buffer: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < buffer.length; at = boxes.at(-1)!.end) {
    boxes.push(boxAt(buffer.subarray(at, at + 16), at, buffer.length));
  }
  return boxes;
}

/** @param head its first 16 bytes. @param limit where what it lies in ends. */
function boxAt(head: Buffer, at: number, limit: number): Box {
  const isLong = head.length >= 16 && head.readUInt32BE(0) === 1;
  const length = head.length < 8 ? 0 : isLong ? Number(head.readBigUInt64BE(8)) : head.readUInt32BE(0);
  const start = at + (isLong ? 16 : 8);
  const end = at + length;
  if (end < start || end > limit) throw new Error('it is no MP4, or cut');
  return { type: head.toString('latin1', 4, 8), start, end };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead < length) throw new Error('it is cut');
  return buffer;
}
