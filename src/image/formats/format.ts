/** What photo.ts needs to know about a file format, beyond what Jimp's decoder for it knows. */
import type { Bitmap } from '../paper.js';
import type { Size } from '../picture.js';

/**
 * A file that has been looked through and may be given to the decoder. Jimp's decoders trust the file: some of them read
 * rare kinds wrong without a word, print to stdout, or take memory without a limit. A format's check sorts those out.
 */
export interface CheckedFile {
  /** What the decoder is to read: the file itself, or the part of it that matters. */
  readonly bytes: Buffer;
  /** How the camera was held: EXIF's number, 1 (upright) to 8. */
  readonly orientation: number;
  /** How the decoder's fourth channel is meant. */
  readonly alpha: Alpha;
  /** Options for the decoder. */
  readonly options?: object;
}

/** `'none'`: everything is opaque. `'premultiplied'`: the colours have been multiplied by alpha already. */
export type Alpha = 'straight' | 'premultiplied' | 'none';

/** One of Jimp's. */
export interface Decoder {
  decode(bytes: Buffer, options?: object): Bitmap;
}

export interface Format {
  /** As people write it: `JPEG`. */
  readonly name: string;
  /** Each decoder is loaded where a file needs it: all of them together take longer to load than most photos to decode. */
  loadDecoder(): Promise<Decoder>;
  /** What the file's first bytes look like, taken for Latin-1. */
  readonly begins: RegExp;
  /**
   * The size that the header gives, for formats that image-size does not read as the decoder does.
   * @throws InputError, without the file's name, if there is no such header.
   */
  size?(bytes: Buffer): Size;
  /**
   * Looks through a file that begins like this, and whose header's size (in pixels) is within the limit.
   * @throws InputError, without the file's name, for what the decoder would not read right.
   */
  check(bytes: Buffer): CheckedFile;
}
