import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Jimp } from 'jimp';
import { colours, largestDifference, noise, readBytes, refusalOf } from '../reading.js';
import { byFfmpeg, tiffFile } from './encoders.js';

/** Tags of a 2×3 RGB picture. */
const rgbTags = {
  256: 2,
  257: 3,
  258: { shorts: [8, 8, 8] },
  259: 1,
  262: 2,
  277: 3,
  278: 3,
};
const rows = ['ff0000 00ff00', '0000ff 102030', '405060 708090'];
const wanted = rows.map((row) => row.split(' '));
const bytes = Buffer.from(rows.join('').replaceAll(' ', ''), 'hex');

/** 16-bit samples, most significant byte first or last. */
const deep = (samples: readonly number[], littleEndian: boolean) =>
  Buffer.concat(samples.map((v) => Buffer.from(littleEndian ? [v & 255, v >> 8] : [v >> 8, v & 255])));

describe.each(['raw', 'lzw', 'deflate', 'packbits'])('TIFF, as ffmpeg writes it with %s', (compression) => {
  // Half noise, which fills LZW's table, and half runs, which PackBits is for.
  const channels = { rgb24: 3, gray: 1, rgba: 4, rgb48le: 6, gray16le: 2, rgba64le: 8 };
  test.each(Object.keys(channels) as (keyof typeof channels)[])('%s', async (format) => {
    const [w, h] = [70, 64];
    const raw = noise(w * h * channels[format]);
    raw.fill(0x55, raw.length / 2);
    const output = ['-c:v', 'tiff', '-compression_algo', compression, '-f', 'image2pipe'];
    const { rgb } = await readBytes(byFfmpeg(raw, format, `${w}x${h}`, ...output));
    const samples = format.endsWith('le') ? [...raw].filter((_, i) => i % 2 === 1) : [...raw];
    const perPixel = samples.length / (w * h);
    const pixels = Array.from({ length: w * h }, (_, i) => {
      const [r, g, b, alpha = 255] = samples.slice(i * perPixel, (i + 1) * perPixel) as [
        number,
        number,
        number,
        number?,
      ];
      return (perPixel === 1 ? [r, r, r] : [r, g, b]).map((v) => Math.round((v * alpha) / 255 + 255 - alpha));
    });
    // libvips cuts off what it does not need, of 16 bits and of products with alpha.
    expect(largestDifference(rgb, Buffer.from(pixels.flat()))).toBeLessThanOrEqual(2);
  });
});

describe('TIFF', () => {
  test.each([true, false])('8 bits, little-endian %p', async (littleEndian) => {
    expect(colours(await readBytes(tiffFile(rgbTags, [bytes], littleEndian)))).toEqual(wanted);
  });

  test('strips', async () => {
    const strips = [bytes.subarray(0, 12), bytes.subarray(12)];
    expect(colours(await readBytes(tiffFile({ ...rgbTags, 278: 2 }, strips)))).toEqual(wanted);
    const packed = strips.map((strip) => deflateSync(strip));
    expect(colours(await readBytes(tiffFile({ ...rgbTags, 259: 8, 278: 2 }, packed)))).toEqual(wanted);
  });

  test.each([true, false])('16 bits with differences (predictor 2), little-endian %p', async (littleEndian) => {
    const tags = { ...rgbTags, 257: 1, 258: { shorts: [16, 16, 16] }, 278: 1, 317: 2, 259: 8 };
    const samples = [0x1234, 0xfedc, 0x8000, 0x2000, 0x0200, 0x9000];
    const differences = samples.map((value, i) => (value - (samples[i - 3] ?? 0)) & 0xffff);
    const file = tiffFile(tags, [deflateSync(deep(differences, littleEndian))], littleEndian);
    expect(colours(await readBytes(file))).toEqual([['12fe80', '200290']]);
  });

  test('8 bits with differences', async () => {
    const differences = Buffer.from('102030 010203'.replaceAll(' ', ''), 'hex');
    const file = tiffFile({ ...rgbTags, 257: 1, 278: 1, 317: 2, 259: 8 }, [deflateSync(differences)]);
    expect(colours(await readBytes(file))).toEqual([['102030', '112233']]);
  });

  test('white is zero', async () => {
    const tags = { 256: 2, 257: 1, 258: 8, 259: 1, 262: 0, 277: 1, 278: 1 };
    expect(colours(await readBytes(tiffFile(tags, [Buffer.from([0, 0x22])])))).toEqual([['ffffff', 'dddddd']]);
  });

  test('1 bit', async () => {
    const tags = { 256: 10, 257: 1, 259: 1, 262: 1, 278: 1 };
    const [row] = colours(await readBytes(tiffFile(tags, [Buffer.from([0b10110000, 0b01000000])])));
    expect(row!.map((colour) => (colour === 'ffffff' ? 1 : 0)).join('')).toBe('1011000001');
  });

  test('a palette, of 16-bit colours', async () => {
    const shorts = Array.from({ length: 768 }, (_, i) => ((i & 255) * 257 * (i < 256 ? 1 : 0)) & 0xffff);
    const tags = { 256: 2, 257: 1, 258: 8, 259: 1, 262: 3, 277: 1, 278: 1, 320: { shorts } };
    expect(colours(await readBytes(tiffFile(tags, [Buffer.from([5, 250])])))).toEqual([['050000', 'fa0000']]);
  });

  test.each([
    ['not alpha', 0, '804020'],
    ['alpha that the colours are multiplied by', 1, 'ffbf9f'],
    ['alpha', 2, 'bf9f8f'],
  ])('a fourth channel that is %s', async (_, meaning, colour) => {
    const tags = { ...rgbTags, 257: 1, 258: { shorts: [8, 8, 8, 8] }, 277: 4, 278: 1, 338: meaning };
    const file = tiffFile(tags, [Buffer.from('8040207f804020ff', 'hex')]);
    expect(colours(await readBytes(file))).toEqual([[colour, '804020']]);
  });

  test('is turned as its tag says', async () => {
    const file = tiffFile({ ...rgbTags, 257: 1, 278: 1, 274: { shorts: [3] } }, [bytes.subarray(0, 6)]);
    expect(colours(await readBytes(file))).toEqual([['00ff00', 'ff0000']]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('agrees with another decoder, orientation %i', async (orientation) => {
    const [w, h] = [5, 3];
    const tags = { ...rgbTags, 256: w, 257: h, 278: h };
    const file = (turn: number) => tiffFile({ ...tags, 274: { shorts: [turn] } }, [noise(3 * w * h)]);
    const { data } = (await Jimp.fromBuffer(file(1))).bitmap;
    const at = (x: number, y: number) => Buffer.from(data.subarray(4 * (y * w + x))).toString('hex', 0, 3);
    // TIFF 6.0: where the file's row 0 and its column 0 are to be seen.
    const isTurned = orientation >= 5;
    const [width, height] = isTurned ? [h, w] : [w, h];
    const fromRight = [2, 3, 6, 7].includes(orientation);
    const fromBottom = [3, 4, 7, 8].includes(orientation);
    const wanted = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (_, column) => {
        const x = fromRight ? width - 1 - column : column;
        const y = fromBottom ? height - 1 - row : row;
        return isTurned ? at(y, x) : at(x, y);
      }),
    );
    expect(colours(await readBytes(file(orientation)))).toEqual(wanted);
  });

  test('CMYK, grey with alpha, and planes', async () => {
    const [w, h] = [2, 1];
    const tags = { 256: w, 257: h, 259: 1, 278: h };
    const inks = { ...tags, 258: { shorts: [8, 8, 8, 8] }, 262: 5, 277: 4 };
    const [row] = colours(await readBytes(tiffFile(inks, [Buffer.from('00000000000000ff', 'hex')])));
    expect(row![0]).toBe('ffffff');
    expect(Number.parseInt(row![1]!.slice(0, 2), 16)).toBeLessThan(60);
    const grey = { ...tags, 258: { shorts: [8, 8] }, 262: 1, 277: 2, 338: 2 };
    expect(colours(await readBytes(tiffFile(grey, [Buffer.from('20ff2000', 'hex')])))).toEqual([['202020', 'ffffff']]);
    const planes = ['ff10', '0020', '0030'].map((plane) => Buffer.from(plane, 'hex'));
    const file = tiffFile({ ...rgbTags, 257: 1, 278: 1, 284: 2 }, planes);
    expect(colours(await readBytes(file))).toEqual([['ff0000', '102030']]);
  });

  test('further pages and other tags do not matter', async () => {
    const file = tiffFile({ ...rgbTags, 330: 8, 34665: 8, 37500: 8 }, [bytes]);
    const directory = file.readUInt32LE(4);
    file.writeUInt32LE(directory, directory + 2 + 12 * file.readUInt16LE(directory)); // The next page is the first.
    expect(colours(await readBytes(file))).toEqual(wanted);
  });
});

describe('refuses', () => {
  test('a file that is cut short', async () => {
    for (const compression of ['raw', 'lzw', 'deflate', 'packbits']) {
      const output = ['-c:v', 'tiff', '-compression_algo', compression, '-f', 'image2pipe'];
      const whole = byFfmpeg(noise(40 * 30 * 3), 'rgb24', '40x30', ...output);
      for (let length = 8; length < whole.length; length += 97) {
        expect(await refusalOf(whole.subarray(0, length))).toMatch(/damaged|cut short/);
      }
    }
  });

  test.each([
    ['missing strips', { 257: 300 }],
    ['no rows in a strip', { 278: 0 }],
  ])('%s', async (_, tags) => {
    expect(await refusalOf(tiffFile({ ...rgbTags, ...tags }, [bytes]))).toMatch(/the TIFF is damaged or cut short/);
  });

  test.each([
    ['tiles', { 322: 16, 323: 16 }],
    ['JPEG inside', { 259: 7 }],
    ['floating point', { 257: 1, 258: { shorts: [32, 32, 32] }, 278: 1, 339: 3 }],
    ['signed numbers', { 339: 2 }],
    ['channels of different depth', { 258: { shorts: [5, 6, 5] } }],
  ])('%s', async (_, tags) => {
    expect(await refusalOf(tiffFile({ ...rgbTags, ...tags }, [bytes]))).toMatch(
      /this kind of TIFF .* can't be read; save it as an ordinary JPEG or as PNG|the TIFF is damaged/,
    );
  });

  test('a tag that claims to have four billion values', async () => {
    const file = tiffFile({ ...rgbTags, 282: { shorts: [1, 2, 3] } }, [bytes]);
    for (const tag of [258, 273, 282]) {
      const directory = file.readUInt32LE(4);
      for (let row = directory + 2; row < file.length - 4; row += 12) {
        if (file.readUInt16LE(row) !== tag) continue;
        const hostile = Buffer.from(file);
        hostile.writeUInt32LE(0xffff_ffff, row + 4);
        if (tag === 282) expect(colours(await readBytes(hostile))).toEqual(wanted);
        else await readBytes(hostile).catch((error: Error) => expect(error.message).toMatch(/TIFF/));
      }
    }
  });

  test('a second width, which the decoder would go by', async () => {
    const file = tiffFile({ ...rgbTags, 282: 60_000 }, [bytes]);
    const row = file.indexOf(Buffer.from([282 & 255, 282 >> 8, 4, 0]));
    file.writeUInt16LE(256, row);
    expect(colours(await readBytes(file))).toEqual(wanted);
  });

  test('nothing of what a strip unpacks to beyond its size', async () => {
    const file = tiffFile({ ...rgbTags, 259: 8 }, [deflateSync(Buffer.alloc(50e6))]);
    expect(colours(await readBytes(file))).toEqual(Array(3).fill(['000000', '000000']));
  });

  test('LZW codes without a meaning, on some of which utif2 would never end', async () => {
    for (let i = 0; i < 200; i++) {
      const file = tiffFile({ ...rgbTags, 259: 5 }, [noise(10_000).subarray(23 * i, 23 * i + 40)]);
      await readBytes(file).catch((error: Error) => expect(error.message).toMatch(/the TIFF is damaged or cut short/));
    }
  });
});
