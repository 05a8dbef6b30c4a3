import { describe, expect, test } from '@jest/globals';
import { colours, largestDifference, noise, readBytes, refusalOf, turnsDuring } from '../reading.js';
import { bmpFile, bmpOfKind, byFfmpeg, readByFfmpeg } from './encoders.js';

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

describe.each([12, 40, 64, 108, 124])('BMP with a header of %i bytes agrees with another decoder', (header) => {
  const [width, height] = [13, 5];
  const palette = (bits: number) =>
    Array.from({ length: 2 ** bits }, (_, i) => [(i * 37) & 255, 255 - i, (i * 11) & 255]);
  test.each([1, 4, 8, 16, 24])('%i bits', async (bits) => {
    const rowBytes = Math.ceil((width * bits) / 8);
    const rows = Array.from({ length: height }, (_, y) =>
      noise(rowBytes * height)
        .subarray(y * rowBytes)
        .subarray(0, rowBytes),
    );
    const file = bmpOfKind({ header, bits, width }, rows, { colours: bits <= 8 ? palette(bits) : [] });
    const { rgb } = await readBytes(file);
    // Five bits are spread over eight in more than one way.
    expect(largestDifference(rgb, readByFfmpeg(file, 'bmp', 'rgb24'))).toBeLessThanOrEqual(bits === 16 ? 8 : 0);
  });
});

describe('BMP with masks', () => {
  const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
  const bytes = Buffer.from('4080c0ff 4080c080 4080c000'.replaceAll(' ', ''), 'hex');

  test.each([56, 108, 124])('alpha on white, with a header of %i bytes', async (header) => {
    const file = bmpOfKind({ header, bits: 32, width: 3 }, [bytes], { masks });
    expect(colours(await readBytes(file))).toEqual([['c08040', 'dfbf9f', 'ffffff']]);
  });

  test('a fourth channel of nothing but zeros is not alpha', async () => {
    const row = Buffer.from('4080c00010203000'.replaceAll(' ', ''), 'hex');
    const file = bmpOfKind({ header: 124, bits: 32, width: 2 }, [row], { masks });
    expect(colours(await readBytes(file))).toEqual([['c08040', '302010']]);
  });

  test('16 bits in 5, 6 and 5', async () => {
    const row = Buffer.from('1ff8e0071f00ffff', 'hex');
    const file = bmpOfKind({ header: 40, bits: 16, width: 4 }, [row], { masks: [0xf800, 0x7e0, 0x1f] });
    expect(colours(await readBytes(file))).toEqual([['ff00ff', '00ff00', '0000ff', 'ffffff']]);
  });

  test('10 bits a channel', async () => {
    const row = Buffer.alloc(8);
    row.writeUInt32LE((1023 << 20) >>> 0, 0);
    row.writeUInt32LE(((512 << 20) | (512 << 10) | 1023) >>> 0, 4);
    const file = bmpOfKind({ header: 108, bits: 32, width: 2 }, [row], { masks: [1023 << 20, 1023 << 10, 1023, 0] });
    expect(colours(await readBytes(file))).toEqual([['ff0000', '8080ff']]);
  });
});

test('a large BMP keeps nobody waiting', async () => {
  const rows = Array<Buffer>(2000).fill(noise(6000));
  expect(await turnsDuring(readBytes(bmpOfKind({ header: 40, bits: 24, width: 2000 }, rows)))).toBeGreaterThan(5);
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
    ['JPEG inside', 24, 4],
    ['3 bits', 3, 0],
  ])('rare kinds: %s', async (_, bits, compression) => {
    const file = bmpFile(pixels);
    file.writeUInt16LE(bits, 28);
    file.writeUInt32LE(compression, 30);
    expect(await refusalOf(file)).toMatch(/this kind of BMP .* can't be read; save it as an ordinary JPEG or as PNG/);
  });
});
