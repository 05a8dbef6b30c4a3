/** Writes small JPEG files, baseline and progressive, and one that takes a decoder long. */
import type { Random } from '../random.js';

const marker = (code: number, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const head = Buffer.from([0xff, code, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
};

const start = Buffer.from([0xff, 0xd8]);
const end = Buffer.from([0xff, 0xd9]);

/** Quantises nothing. */
const quantisation = marker(0xdb, Buffer.from([0, ...Array<number>(64).fill(1)]));

/** A Huffman table whose codes all have four bits: a symbol's code is its place. `id`: 0x00 for DC, 0x10 for AC. */
const flatTable = (id: number, symbols: readonly number[]): Buffer =>
  marker(0xc4, Buffer.from([id, 0, 0, 0, symbols.length, ...Array<number>(12).fill(0), ...symbols]));

/** Of DC: how many bits a difference has. Of AC: the end of a block, and values of one to four bits, after no zero or one. */
const dcSymbols = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const acSymbols = [0x00, 0x01, 0x02, 0x03, 0x04, 0x11, 0x12];

class Bits {
  #bytes: number[] = [];
  #held = 0;
  #count = 0;

  put(value: number, bits: number): void {
    for (let i = bits - 1; i >= 0; i--) {
      this.#held = this.#held * 2 + ((value >> i) & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#held);
      // After 0xff comes a 0 that says that it is no marker.
      if (this.#held === 0xff) this.#bytes.push(0);
      this.#held = this.#count = 0;
    }
  }

  /** A number as JPEG writes it once its bits are known: negative ones less one. */
  putSigned(value: number, bits: number): void {
    if (bits > 0) this.put(value < 0 ? value + 2 ** bits - 1 : value, bits);
  }

  bytes(): Buffer {
    while (this.#count > 0) this.put(1, 1);
    return Buffer.from(this.#bytes);
  }
}

const bitsOf = (value: number): number => (value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1);

function frame(code: number, width: number, height: number, components: number): Buffer {
  const head = Buffer.from([8, 0, 0, 0, 0, components]);
  head.writeUInt16BE(height, 1);
  head.writeUInt16BE(width, 3);
  return marker(code, head, Buffer.from(Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat()));
}

/** @param range what of the coefficients the scan has: first and last one, and how they are approximated. */
function scan(
  components: readonly number[],
  range: readonly [first: number, last: number, bits: number],
  data: Buffer,
) {
  const selectors = components.flatMap((component) => [component, 0x00]);
  return Buffer.concat([marker(0xda, Buffer.from([components.length, ...selectors, ...range])), data]);
}

export interface JpegKind {
  readonly width: number;
  readonly height: number;
  /** 1: grey; 3: YCbCr. */
  readonly components: 1 | 3;
  readonly progressive: boolean;
  /** Markers right after the start: EXIF, for instance. */
  readonly segments?: readonly Buffer[];
}

/** An APP1 segment with EXIF. @param tiff the TIFF stream that EXIF is. */
export const exifSegment = (tiff: Buffer): Buffer => marker(0xe1, Buffer.from('Exif\0\0', 'latin1'), tiff);

/** A whole JPEG with something random in it. */
export function jpegFile({ width, height, components, progressive, segments = [] }: JpegKind, random: Random): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const numbers = Array.from({ length: components }, (_, i) => i + 1);
  const levels = numbers.map(() => Array.from({ length: blocks }, () => random.integer(-300, 300)));
  const dc = (bits: Bits, component: number, block: number) => {
    const difference = levels[component]![block]! - (block === 0 ? 0 : levels[component]![block - 1]!);
    bits.put(dcSymbols.indexOf(bitsOf(difference)), 4);
    bits.putSigned(difference, bitsOf(difference));
  };
  const ac = (bits: Bits) => {
    for (let k = random.integer(0, 6); k > 0; k--) {
      const symbol = random.integer(1, acSymbols.length - 1);
      const size = acSymbols[symbol]! & 15;
      bits.put(symbol, 4);
      bits.put(random.integer(0, 2 ** size - 1), size);
    }
    bits.put(0, 4);
  };
  const interleaved = new Bits();
  for (let block = 0; block < blocks; block++) {
    for (const component of numbers.keys()) {
      dc(interleaved, component, block);
      if (!progressive) ac(interleaved);
    }
  }
  const scans = [scan(numbers, [0, progressive ? 0 : 63, 0], interleaved.bytes())];
  for (const component of progressive ? numbers : []) {
    const bits = new Bits();
    for (let block = 0; block < blocks; block++) ac(bits);
    scans.push(scan([component], [1, 63, 0], bits.bytes()));
  }
  const tables = [quantisation, flatTable(0x00, dcSymbols), flatTable(0x10, acSymbols)];
  return Buffer.concat([
    start,
    ...segments,
    tables[0]!,
    frame(progressive ? 0xc2 : 0xc0, width, height, components),
    ...tables.slice(1),
    ...scans,
    end,
  ]);
}

/**
 * A grey progressive JPEG of `side` × `side` pixels that says nothing in `scans` scans: each goes over all blocks, and takes no
 * more than a few bytes, because a code can end 32,767 blocks at once.
 */
export function slowJpeg(side: number, scans: number): Buffer {
  const blocks = Math.ceil(side / 8) ** 2;
  const runs = new Bits();
  for (let left = blocks; left > 0; left -= 32_767) {
    // Runs of 2^14 and as many more as 14 bits say; the last one is long enough in any case.
    runs.put(0, 4);
    runs.put(2 ** 14 - 1, 14);
  }
  const dc = new Bits();
  for (let i = 0; i < blocks; i++) dc.put(0, 4);
  const empty = scan([1], [1, 63, 0], runs.bytes());
  return Buffer.concat([
    start,
    quantisation,
    frame(0xc2, side, side, 1),
    flatTable(0x00, dcSymbols),
    flatTable(0x10, [0xe0]),
    scan([1], [0, 0, 0], dc.bytes()),
    ...Array<Buffer>(scans).fill(empty),
    end,
  ]);
}
