/** Keeps what a drawing looked like on its way, as small pictures on the disk, and never holds the drawing up. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeJpeg } from '../image/encode-jpeg.js';
import { fittedSize } from '../image/fitted-size.js';
import type { Picture } from '../image/picture.js';

/** Longest side of a kept frame, in pixels: as large as a page shows it. */
const longest = 1024;

/** Pixels that all frames have together at the most: of a drawing with more only every second one is kept, or every third, …. */
const mostPixels = 400 * longest * longest;

const nameOf = (index: number): string => `${String(index).padStart(6, '0')}.jpg`;

export class FrameRecorder {
  /** The numbers of the frames that are there, in their order. */
  readonly #kept: number[] = [];
  /** The one that viewers ask for while it is drawn: they need not wait for the disk. */
  #latest: { readonly index: number; readonly jpeg: Buffer<ArrayBuffer> } | undefined;
  #waiting: { readonly index: number; readonly picture: Picture } | undefined;
  #writing: Promise<void> | undefined;

  /** @param folder one that is there. @param onKept is told when one more frame can be had. */
  constructor(
    private readonly folder: string,
    private readonly onKept: (index: number) => void = () => {},
  ) {}

  /** Finds the frames that an earlier process has kept. */
  async restore(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const found = names.filter((name) => /^\d{6,}\.jpg$/.test(name)).map((name) => Number.parseInt(name, 10));
    this.#kept.push(...found.sort((a, b) => a - b));
  }

  /**
   * Keeps a frame, in its time. Where one comes while another is being written, only the last of those that come is kept.
   * @param frames how many the drawing has in the end; the last one is always kept.
   */
  add(index: number, picture: Picture, frames: number): void {
    const { width, height } = fittedSize(picture, longest);
    if (index % Math.ceil((frames * width * height) / mostPixels) !== 0 && index !== frames - 1) return;
    this.#waiting = { index, picture };
    this.#writing ??= this.#write();
  }

  /** Those after a frame come again. */
  forgetAfter(index: number): void {
    const first = this.#kept.findIndex((kept) => kept > index);
    if (first !== -1) this.#kept.splice(first);
  }

  /** The number of the last one, or undefined where there is none. */
  get last(): number | undefined {
    return this.#kept.at(-1);
  }

  /** The JPEG of the frame with this number or, where that was not kept, of the one before it. */
  async read(index: number): Promise<Buffer<ArrayBuffer> | undefined> {
    const nearest = this.#kept.findLast((kept) => kept <= index) ?? this.#kept[0];
    if (nearest === this.#latest?.index) return this.#latest?.jpeg;
    return nearest === undefined ? undefined : readFile(join(this.folder, nameOf(nearest))).catch(() => undefined);
  }

  /** Resolves when what was added is there. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let next = this.#waiting; next; next = this.#waiting) {
      this.#waiting = undefined;
      try {
        const jpeg = await encodeJpeg(next.picture, longest);
        await writeFile(join(this.folder, nameOf(next.index)), jpeg);
        this.#latest = { index: next.index, jpeg };
        this.#kept.push(next.index);
        this.onKept(next.index);
      } catch {
        // A full disk, a folder that is gone: the drawing is worth more than a look at it.
      }
    }
    this.#writing = undefined;
  }
}
