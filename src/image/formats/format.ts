/** What is to be known of a file before it is decoded. */
import type { Size } from '../picture.js';

/** What libvips, by way of sharp, is to decode. */
export interface Encoded {
  /** The file or the part of it that matters; where there is a layout, pixels. */
  readonly bytes: Buffer;
  readonly layout?: Layout;
  /** An ICC profile that is applied to the pixels. Left out, that is the one in the file, or none: sRGB. */
  readonly profile?: Buffer | undefined;
  /** Whether colours are multiplied with alpha, in a file. */
  readonly isPremultiplied?: boolean;
  /**
   * Which warnings of the decoder are of something that is missing: any, or one of an end that comes too early, while others are about harmless
   * oddities. Left out: what is missing is no warning, but an error.
   */
  readonly losses?: 'any' | 'early end';
  /** Whether a channel that looks like alpha is something else. */
  readonly isOpaque?: boolean;
}

/** Of pixels: [height, width, channels], 8 bits. Channels are grey or R G B, and alpha. */
export interface Layout extends Size {
  readonly channels: 1 | 2 | 3 | 4;
  /** Whether colours are multiplied with alpha. */
  readonly premultiplied?: boolean;
}

/** A file that has been looked through, and may be decoded. Its size is that of the upright picture. */
export interface CheckedFile extends Size {
  /** Bytes that the decoder holds at most, beside the file and the picture that comes out. */
  readonly heldBytes: number;
  encoded(): Promise<Encoded>;
}

export interface Format {
  /** As people write it: `JPEG`. */
  readonly name: string;
  /** What the file's first bytes look like, taken for Latin-1. */
  readonly begins: RegExp;
  /**
   * Looks through a file that begins like this.
   * @throws InputError, without the file's name, for what would not be read right.
   */
  check(bytes: Buffer): Promise<CheckedFile>;
}
