import { describe, expect, test } from '@jest/globals';
import { colours, noise, readBytes, refusalOf } from '../reading.js';
import { byFfmpeg, gifFile, readByFfmpeg } from './encoders.js';

const palette = ['000000', 'ff0000', '00ff00', '0000ff'];

describe('GIF', () => {
  test('the first frame of an animation', async () => {
    const file = gifFile(2, 1, palette, [
      { left: 0, top: 0, rows: [[1, 2]] },
      { left: 0, top: 0, rows: [[3, 3]] },
    ]);
    expect(colours(await readBytes(file))).toEqual([['ff0000', '00ff00']]);
  });

  test('a frame smaller than the picture, with holes in it: white', async () => {
    const file = gifFile(3, 2, palette, [{ left: 1, top: 1, rows: [[2, 3]], transparent: 3 }]);
    expect(colours(await readBytes(file))).toEqual([
      ['ffffff', 'ffffff', 'ffffff'],
      ['ffffff', '00ff00', 'ffffff'],
    ]);
  });

  test('as ffmpeg writes it, with a full table of codes', async () => {
    // 256 colours, given as B G R A behind the pixels.
    const pixels = noise(100 * 80);
    const table = Buffer.from(Array.from({ length: 256 }, (_, i) => [i, 255 - i, (i * 7) & 255, 255]).flat());
    const raw = Buffer.concat([pixels, table]);
    const { rgb } = await readBytes(byFfmpeg(raw, 'pal8', '100x80', '-c:v', 'gif', '-f', 'gif'));
    expect([...rgb]).toEqual([...pixels].flatMap((i) => [(i * 7) & 255, 255 - i, i]));
  });

  test('agrees with another decoder', async () => {
    const pixels = noise(61 * 40);
    const table = Buffer.from(Array.from({ length: 256 }, (_, i) => [i, 255 - i, (i * 7) & 255, 255]).flat());
    const files = [
      byFfmpeg(Buffer.concat([pixels, table]), 'pal8', '61x40', '-c:v', 'gif', '-f', 'gif'),
      gifFile(5, 3, palette, [{ left: 0, top: 0, rows: Array(3).fill([0, 1, 2, 3, 1]) }]),
      gifFile(3, 2, palette, [
        {
          left: 0,
          top: 0,
          rows: [
            [1, 2, 3],
            [3, 0, 1],
          ],
          transparent: 3,
        },
      ]),
    ];
    for (const file of files) {
      const rgba = readByFfmpeg(file, 'gif', 'rgba');
      const onWhite = Array.from({ length: rgba.length / 4 }, (_, i) =>
        rgba[4 * i + 3] === 0 ? [255, 255, 255] : [...rgba.subarray(4 * i, 4 * i + 3)],
      );
      expect([...(await readBytes(file)).rgb]).toEqual(onWhite.flat());
    }
  });

  test('what comes after the first frame does not matter', async () => {
    const whole = gifFile(2, 1, palette, [{ left: 0, top: 0, rows: [[1, 2]] }]);
    const file = Buffer.concat([whole.subarray(0, -1), noise(50)]);
    expect(colours(await readBytes(file))).toEqual([['ff0000', '00ff00']]);
  });
});

describe('refuses', () => {
  const whole = gifFile(4, 4, palette, [{ left: 0, top: 0, rows: Array(4).fill([0, 1, 2, 3]) }]);

  test('a file that is cut short, anywhere', async () => {
    for (let length = 10; length < whole.length - 1; length++) {
      expect(await refusalOf(whole.subarray(0, length))).toMatch(/the GIF is damaged or cut short/);
    }
  });

  test('fewer or more pixels than the frame has', async () => {
    for (const rows of [3, 5]) {
      const file = Buffer.from(whole);
      file.writeUInt16LE(rows, whole.indexOf(0x2c, 25) + 7);
      expect(await refusalOf(file)).toMatch(/the GIF is damaged or cut short/);
    }
  });

  test('a frame that claims to be far larger than the picture', async () => {
    const file = gifFile(4, 4, palette, [{ left: 0, top: 0, rows: Array(4).fill([0, 1, 2, 3]) }]);
    file.fill(0xff, file.indexOf(0x2c, 25) + 5, file.indexOf(0x2c, 25) + 9);
    expect(await refusalOf(file)).toMatch(/the GIF is damaged or cut short/);
  });

  test('codes without a meaning, on some of which the decoder would never end', async () => {
    const at = whole.indexOf(0x2c, 25) + 12;
    for (let i = 0; i < 200; i++) {
      const file = Buffer.from(whole);
      noise(3000)
        .subarray(13 * i, 13 * i + 6)
        .copy(file, at);
      await readBytes(file).catch((error: Error) => expect(error.message).toMatch(/the GIF is damaged or cut short/));
    }
  });
});
