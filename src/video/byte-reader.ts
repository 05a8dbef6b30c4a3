/** Reads a file from its beginning to its end, a little at a time. */
import { type FileHandle, lstat, open } from 'node:fs/promises';

/** A file ends before what it says it has. */
export class CutShort extends Error {
  constructor() {
    super('it is cut');
  }
}

/** Bytes that are read at once. */
const window = 2 ** 16;

export class ByteReader {
  #held = Buffer.alloc(0);
  /** Where in the file the bytes that are held begin, and where in them the next one lies. */
  #start = 0;
  #next = 0;

  private constructor(
    private readonly file: FileHandle,
    /** Of the file, in bytes. */
    readonly size: number,
  ) {}

  /** What `work` makes of a file, which is closed then. @throws Error where it is no file of its own: a link leads to somebody else's, and other things may never end. */
  static async over<T>(path: string, work: (reader: ByteReader) => Promise<T>): Promise<T> {
    if (!(await lstat(path)).isFile()) throw new Error('it is no file');
    const file = await open(path);
    try {
      return await work(new ByteReader(file, (await file.stat()).size));
    } finally {
      await file.close();
    }
  }

  /** Where the next byte lies. */
  get at(): number {
    return this.#start + this.#next;
  }

  /** The next byte. @throws CutShort at the end of the file. */
  async byte(): Promise<number> {
    if (this.#next >= this.#held.length) await this.#read();
    return this.#held[this.#next++]!;
  }

  /** The next bytes, a few. @throws CutShort where there are fewer. */
  async bytes(count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count);
    for (let i = 0; i < count; i++) bytes[i] = await this.byte();
    return bytes;
  }

  /** Goes past so many bytes. @throws CutShort where there are fewer. */
  skip(count: number): void {
    if (this.at + count > this.size) throw new CutShort();
    this.#next += count;
  }

  async #read(): Promise<void> {
    this.#start = this.at;
    this.#next = 0;
    const { buffer, bytesRead } = await this.file.read(Buffer.alloc(window), 0, window, this.#start);
    if (bytesRead === 0) throw new CutShort();
    this.#held = buffer.subarray(0, bytesRead);
  }
}
