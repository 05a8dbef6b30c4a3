import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { colours, largestDifference, noise, readBytes, refusalOf } from '../reading.js';
import { byFfmpeg, type PngKind, pngChunk, pngFile, tiffFile } from './encoders.js';

const [width, height] = [13, 11];

/** libvips cuts off what it does not need, of 16 bits and of products with alpha. */
function expectNear(found: Uint8Array, wanted: Uint8Array): void {
  expect(largestDifference(found, wanted)).toBeLessThanOrEqual(2);
}

/** A value for every channel of every pixel, over the whole range. */
function sampleOf(depth: number): (x: number, y: number, channel: number) => number {
  const bytes = noise(width * height * 8);
  return (x, y, channel) => bytes.readUInt16LE(2 * ((y * width + x) * 4 + channel)) >> (16 - depth);
}

/** What a pixel should become: its channels from 0 to 1, on white. */
function expected(channelsOf: (x: number, y: number) => { rgb: number[]; alpha: number }): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const { rgb, alpha } = channelsOf(Math.floor(i / 3) % width, Math.floor(i / 3 / width));
    // The decoder rounds to 8 bits first.
    const [value, cover] = [Math.round(rgb[i % 3]! * 255), Math.round(alpha * 255)];
    return Math.round((value * cover + 255 * (255 - cover)) / 255);
  });
}

describe.each([false, true])('PNG, interlaced %p', (interlaced) => {
  test.each([1, 2, 4, 8, 16])('grey, %i bits', async (depth) => {
    const sample = sampleOf(depth);
    const { rgb } = await readBytes(pngFile({ width, height, depth, colourType: 0, interlaced }, sample));
    const most = 2 ** depth - 1;
    expectNear(
      rgb,
      expected((x, y) => ({ rgb: Array(3).fill(sample(x, y, 0) / most), alpha: 1 })),
    );
  });

  test.each([8, 16])('RGB, %i bits', async (depth) => {
    const sample = sampleOf(depth);
    const { rgb } = await readBytes(pngFile({ width, height, depth, colourType: 2, interlaced }, sample));
    const most = 2 ** depth - 1;
    expectNear(
      rgb,
      expected((x, y) => ({ rgb: [0, 1, 2].map((c) => sample(x, y, c) / most), alpha: 1 })),
    );
  });

  test.each([8, 16])('grey and alpha, %i bits', async (depth) => {
    const sample = sampleOf(depth);
    const { rgb } = await readBytes(pngFile({ width, height, depth, colourType: 4, interlaced }, sample));
    const most = 2 ** depth - 1;
    expectNear(
      rgb,
      expected((x, y) => ({ rgb: Array(3).fill(sample(x, y, 0) / most), alpha: sample(x, y, 1) / most })),
    );
  });

  test.each([8, 16])('RGBA, %i bits', async (depth) => {
    const sample = sampleOf(depth);
    const { rgb } = await readBytes(pngFile({ width, height, depth, colourType: 6, interlaced }, sample));
    const most = 2 ** depth - 1;
    expectNear(
      rgb,
      expected((x, y) => ({ rgb: [0, 1, 2].map((c) => sample(x, y, c) / most), alpha: sample(x, y, 3) / most })),
    );
  });

  test.each([1, 2, 4, 8])('a palette with alpha, %i bits', async (depth) => {
    const sample = sampleOf(depth);
    const palette = noise(3 * 2 ** depth);
    const alphas = noise(2 ** depth).subarray(0, 2 ** depth - 1); // The last colour has none: opaque.
    const chunks = [['PLTE', palette] as const, ['tRNS', alphas] as const];
    const { rgb } = await readBytes(pngFile({ width, height, depth, colourType: 3, interlaced, chunks }, sample));
    expectNear(
      rgb,
      expected((x, y) => {
        const colour = sample(x, y, 0);
        return {
          rgb: [0, 1, 2].map((c) => palette[3 * colour + c]! / 255),
          alpha: (alphas[colour] ?? 255) / 255,
        };
      }),
    );
  });

  test.each([1, 2, 4, 8, 16])('one shade of grey that is transparent, %i bits', async (depth) => {
    const sample = sampleOf(depth);
    const shade = sample(3, 4, 0);
    const chunks = [['tRNS', Buffer.from([shade >> 8, shade & 255])] as const];
    const { rgb } = await readBytes(pngFile({ width, height, depth, colourType: 0, interlaced, chunks }, sample));
    const most = 2 ** depth - 1;
    expectNear(
      rgb,
      expected((x, y) => {
        const value = sample(x, y, 0);
        return { rgb: Array(3).fill(value / most), alpha: value === shade ? 0 : 1 };
      }),
    );
  });
});

test.each(['rgb24', 'gray', 'rgb48be', 'rgba', 'rgba64be', 'gray16be', 'ya8'])(
  '%s, as ffmpeg writes it',
  async (format) => {
    const channels = { rgb24: 3, gray: 1, rgb48be: 6, rgba: 4, rgba64be: 8, gray16be: 2, ya8: 2 }[format]!;
    const raw = noise(64 * 48 * channels);
    const { rgb } = await readBytes(byFfmpeg(raw, format, '64x48', '-c:v', 'png', '-f', 'image2pipe'));
    const deep = /16|48|64/.test(format);
    const samples = deep
      ? Array.from({ length: raw.length / 2 }, (_, i) => Math.round(raw.readUInt16BE(2 * i) / 257))
      : [...raw];
    const perPixel = samples.length / (64 * 48);
    const pixels = Array.from({ length: 64 * 48 }, (_, i) => {
      const pixel = samples.slice(i * perPixel, (i + 1) * perPixel);
      const alpha = perPixel % 2 === 0 ? pixel.pop()! : 255;
      return (perPixel < 3 ? Array(3).fill(pixel[0]) : pixel).map((v) => Math.round((v * alpha) / 255 + 255 - alpha));
    });
    expectNear(rgb, Buffer.from(pixels.flat()));
  },
);

const small: PngKind = { width: 2, height: 1, depth: 8, colourType: 0 };

test('is turned as its EXIF says', async () => {
  const chunks = [['eXIf', tiffFile({ 274: { shorts: [6] } })] as const];
  const file = pngFile({ ...small, chunks }, (x) => 255 * x);
  expect(colours(await readBytes(file))).toEqual([['000000'], ['ffffff']]);
});

test('bytes behind the end do not matter', async () => {
  const file = pngFile(small, (x) => 255 * x);
  expect(colours(await readBytes(Buffer.concat([file, noise(100)])))).toEqual([['000000', 'ffffff']]);
});

test('an animation shows its picture', async () => {
  const chunks = [['acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])] as const];
  expect(colours(await readBytes(pngFile({ ...small, chunks }, () => 7)))).toEqual([['070707', '070707']]);
});

describe('refuses', () => {
  const whole = pngFile({ width: 20, height: 20, depth: 8, colourType: 2 }, (x, y, c) => (x * y * (c + 1)) & 255);

  test('a file that is cut short, anywhere', async () => {
    // Behind the data are their checksum and the last chunk, which nothing of the picture hangs on.
    for (let length = 30; length < whole.length - 16; length += 7) {
      expect(await refusalOf(whole.subarray(0, length))).toMatch(/the PNG is damaged or cut short; get a whole copy/);
    }
  });

  test('a changed byte: the checksums tell', async () => {
    for (const position of [17, 45, 60, whole.length - 14]) {
      const changed = Buffer.from(whole);
      changed[position]! ^= 1;
      expect(await refusalOf(changed)).toMatch(/damaged|cut short/);
    }
  });

  test('data that hold fewer rows than the header says', async () => {
    const header = Buffer.from(whole.subarray(16, 29));
    header.writeUInt32BE(30, 4);
    const file = Buffer.concat([whole.subarray(0, 8), pngChunk('IHDR', header), whole.subarray(33)]);
    expect(await refusalOf(file)).toMatch(/the PNG is damaged/);
  });

  test('a second header, which the decoder would go by', async () => {
    const header = Buffer.from(whole.subarray(16, 29));
    header.writeUInt32BE(60_000, 0);
    header.writeUInt32BE(60_000, 4);
    const file = Buffer.concat([whole.subarray(0, 33), pngChunk('IHDR', header), whole.subarray(33)]);
    expect(await refusalOf(file)).toMatch(/the PNG is damaged/);
  });

  test('nothing of what an interlaced picture unpacks to beyond its size', async () => {
    const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 2, 0, 0, 1]);
    const bomb = deflateSync(Buffer.alloc(50e6));
    const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', bomb), pngChunk('IEND', Buffer.alloc(0))];
    expect(colours(await readBytes(Buffer.concat([whole.subarray(0, 8), ...chunks])))).toEqual(
      Array(8).fill(Array(8).fill('000000')),
    );
  });
});
