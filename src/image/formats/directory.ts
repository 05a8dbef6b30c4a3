/** TIFF's table of tags, which EXIF is made of too. */

/** One row of the table. */
export interface Tag {
  /** Where its 12 bytes begin in the file. */
  readonly position: number;
  /** Its values, if they are whole numbers without a sign (BYTE, SHORT, LONG) and lie inside the file, else none. */
  readonly values: readonly number[];
}

export interface Directory {
  readonly littleEndian: boolean;
  /** Where the table begins in the file: a 16-bit count, then the rows, then where the next table is. */
  readonly position: number;
  /** By their numbers, the rows that lie inside the file; where a number comes twice, the first. */
  readonly tags: ReadonlyMap<number, Tag>;
  /** Whether all of the table lies inside the file. */
  readonly complete: boolean;
}

const valueSizes = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
]);

/** The first directory of a TIFF stream, or undefined if it is not one. Reads nothing outside `bytes`. */
export function readDirectory(bytes: Buffer): Directory | undefined {
  const mark = bytes.toString('latin1', 0, 4);
  if (bytes.length < 10 || (mark !== 'II*\0' && mark !== 'MM\0*')) return undefined;
  const littleEndian = mark === 'II*\0';
  const read = (at: number, size: number) => (littleEndian ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size));

  const position = read(4, 4);
  if (position + 2 > bytes.length) return undefined;
  const count = read(position, 2);
  const rows = Math.min(count, Math.floor((bytes.length - position - 2) / 12));
  const tags = new Map<number, Tag>();
  for (let row = 0; row < rows; row++) {
    const start = position + 2 + 12 * row;
    const number = read(start, 2);
    const length = read(start + 4, 4);
    const size = valueSizes.get(read(start + 2, 2)) ?? 0;
    const at = length * size <= 4 ? start + 8 : read(start + 8, 4);
    // A length of billions in a file of a few bytes must not become an array.
    const inside = size > 0 && at + length * size <= bytes.length;
    const values = inside ? Array.from({ length }, (_, i) => read(at + i * size, size)) : [];
    if (!tags.has(number)) tags.set(number, { position: start, values });
  }
  return { littleEndian, position, tags, complete: position + 2 + 12 * count + 4 <= bytes.length };
}

/** EXIF's orientation, 1 to 8; 1 where the directory has none that makes sense. */
export function orientationOf(directory: Directory | undefined): number {
  const value = directory?.tags.get(0x112)?.values[0] ?? 1;
  return value >= 1 && value <= 8 ? value : 1;
}
