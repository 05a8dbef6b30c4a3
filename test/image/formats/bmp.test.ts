import { describe, expect, test } from '@jest/globals';
import { colours, noise, readBytes, refusalOf } from '../reading.js';
import { bmpFile, byFfmpeg } from './encoders.js';

const pixels = [
  ['ff0000', '00ff00', '0000ff'],
  ['102030', '405060', '708090'],
];

describe('BMP', () => {
  test.each([false, true])('24 bits, from the top down: %p', async (topDown) => {
    expect(colours(await readBytes(bmpFile(pixels, 0, topDown)))).toEqual(pixels);
  });

  test('pixels that do not follow the header at once', async () => {
    expect(colours(await readBytes(bmpFile(pixels, 10)))).toEqual(pixels);
  });

  test.each([
    ['bgr24', (b: Buffer, i: number) => [b[3 * i + 2], b[3 * i + 1], b[3 * i]]],
    // The fourth byte is not alpha in most files, and zero.
    ['bgra', (b: Buffer, i: number) => [b[4 * i + 2], b[4 * i + 1], b[4 * i]]],
    ['gray', (b: Buffer, i: number) => [b[i], b[i], b[i]]],
  ] as const)('%s, as ffmpeg writes it', async (format, colour) => {
    const raw = noise(61 * 20 * 4);
    const size = { bgr24: 3, bgra: 4, gray: 1 }[format] * 61 * 20;
    const { rgb } = await readBytes(
      byFfmpeg(raw.subarray(0, size), format, '61x20', '-c:v', 'bmp', '-f', 'image2pipe'),
    );
    expect([...rgb]).toEqual(Array.from({ length: 61 * 20 }, (_, i) => colour(raw, i)).flat());
  });

  test('1 bit', async () => {
    // 11 pixels a row: rows of 2 bytes, filled up to 4 in the file.
    const raw = noise(2 * 20);
    const { rgb } = await readBytes(byFfmpeg(raw, 'monob', '11x20', '-c:v', 'bmp', '-f', 'image2pipe'));
    const bits = Array.from({ length: 20 * 11 }, (_, i) => {
      const [x, y] = [i % 11, Math.floor(i / 11)];
      return (raw[2 * y + (x >> 3)]! >> (7 - (x & 7))) & 1;
    });
    expect([...rgb]).toEqual(bits.flatMap((bit) => Array(3).fill(255 * bit)));
  });
});

describe('refuses', () => {
  test('a file that is cut short', async () => {
    const whole = bmpFile(pixels); // Ends in three bytes that only fill up the row.
    for (let length = 27; length < whole.length - 3; length++) {
      expect(await refusalOf(whole.subarray(0, length))).toMatch(/the BMP is damaged or cut short/);
    }
  });

  test.each([
    ['run-length coding', 8, 1],
    ['4 bits', 4, 0],
    ['16 bits', 16, 0],
  ])('what the decoder gets wrong: %s', async (_, bits, compression) => {
    const file = bmpFile(pixels);
    file.writeUInt16LE(bits, 28);
    file.writeUInt32LE(compression, 30);
    expect(await refusalOf(file)).toMatch(/this kind of BMP .* can't be read; save it as PNG/);
  });
});
