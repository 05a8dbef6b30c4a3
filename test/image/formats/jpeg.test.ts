import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Jimp } from 'jimp';
import sharp from 'sharp';
import { fittedSize } from '../../../src/image/fitted-size.js';
import { openPhoto } from '../../../src/image/photo.js';
import { fitLongestSide } from '../../../src/image/resize.js';
import { meanDifference } from '../../golden/drawings.js';
import { largestDifference, noise, readBytes, refusalOf, turnsDuring } from '../reading.js';
import { byFfmpeg, jpegOfScans, tiffFile } from './encoders.js';

/** 48×40, every 8×8 block of another colour. */
const [width, height] = [48, 40];
const rgb = Buffer.alloc(width * height * 3);
for (let i = 0; i < width * height; i++) {
  const block = (Math.floor(i / width / 8) * 6 + Math.floor((i % width) / 8)) * 8;
  rgb.set([block, 255 - block, (block * 5) & 255], 3 * i);
}
const rgba = Buffer.alloc(width * height * 4, 255);
for (let i = 0; i < width * height; i++) rgb.copy(rgba, 4 * i, 3 * i, 3 * i + 3);
const baseline = await new Jimp({ width, height, data: rgba }).getBuffer('image/jpeg', { quality: 95 });

/** 16×8, made with Pillow: left and right half of one colour each. */
const progressive = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/2wBDAQICAgICAgUDAwUKBwYHCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgr/wgARCAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABAj/xAAWAQEBAQAAAAAAAAAAAAAAAAAHCAn/2gAMAwEAAhADEAAAAXCq9OujEv8A/8QAFBABAAAAAAAAAAAAAAAAAAAAEP/aAAgBAQABBQI//8QAFBEBAAAAAAAAAAAAAAAAAAAAEP/aAAgBAwEBPwE//8QAFBEBAAAAAAAAAAAAAAAAAAAAEP/aAAgBAgEBPwE//8QAFBABAAAAAAAAAAAAAAAAAAAAEP/aAAgBAQAGPwI//8QAFBABAAAAAAAAAAAAAAAAAAAAEP/aAAgBAQABPyE//9oADAMBAAIAAwAAABAD/8QAFBEBAAAAAAAAAAAAAAAAAAAAEP/aAAgBAwEBPxA//8QAFBEBAAAAAAAAAAAAAAAAAAAAEP/aAAgBAgEBPxA//8QAFBABAAAAAAAAAAAAAAAAAAAAEP/aAAgBAQABPxA//9k=',
  'base64',
);
const adobeRgb = Buffer.from(
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAEQgACAAQA1IRAEcRAEIRAP/EABcAAAMBAAAAAAAAAAAAAAAAAAYJCgj/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADANSAEcAQgAAPwBkAfKfSXsHq0H/2Q==',
  'base64',
);
const cmyk = Buffer.from(
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkKCP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAOBEMATQBZAEsAAD8ANswjSh/FfA5y0J/3/9k=',
  'base64',
);

/** Puts a segment behind the file's first marker. */
function withSegment(file: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]);
  return Buffer.concat([file.subarray(0, 2), head, data, file.subarray(2)]);
}

const exif = (orientation: number, littleEndian: boolean) =>
  Buffer.concat([Buffer.from('Exif\0\0'), tiffFile({ 274: { shorts: [orientation] } }, [], littleEndian)]);

function halves(picture: Awaited<ReturnType<typeof readBytes>>): number[][] {
  return [0, 8].map((x) => [...picture.rgb.subarray(3 * x, 3 * x + 3)]);
}

function expectNear(found: number[][], wanted: number[][]): void {
  expect(largestDifference(Buffer.from(found.flat()), Buffer.from(wanted.flat()))).toBeLessThanOrEqual(4);
}

describe('JPEG', () => {
  test('baseline', async () => {
    const picture = await readBytes(baseline);
    expect(picture).toMatchObject({ width, height });
    expect(largestDifference(picture.rgb, rgb)).toBeLessThanOrEqual(6);
  });

  test('progressive', async () => {
    expectNear(halves(await readBytes(progressive)), [
      [200, 120, 40],
      [20, 60, 220],
    ]);
  });

  test('grey', async () => {
    const grey = Buffer.alloc(64 * 48, 100);
    const file = byFfmpeg(grey, 'gray', '64x48', '-c:v', 'mjpeg', '-pix_fmt', 'gray', '-f', 'image2pipe');
    const picture = await readBytes(file);
    expect(picture.rgb.length).toBe(64 * 48 * 3);
    expect(largestDifference(picture.rgb, Buffer.alloc(64 * 48 * 3, 100))).toBeLessThanOrEqual(2);
  });

  test('RGB without YCbCr, by its Adobe marker or by the names of its components', async () => {
    const wanted = [
      [200, 120, 40],
      [20, 60, 220],
    ];
    expectNear(halves(await readBytes(adobeRgb)), wanted);
    const withoutMarker = Buffer.concat([adobeRgb.subarray(0, 2), adobeRgb.subarray(18)]);
    expectNear(halves(await readBytes(withoutMarker)), wanted);
  });

  test('CMYK, with inverted inks as Adobe writes them', async () => {
    // Colours that inks can print, which come back by the profile that they went by.
    const picture = sharp(Buffer.from([150, 120, 100, 90, 120, 150]), { raw: { width: 2, height: 1, channels: 3 } });
    const file = picture.resize(48, 8, { kernel: 'nearest', fit: 'fill' }).toColourspace('cmyk').jpeg({ quality: 95 });
    const { rgb } = await readBytes(await file.toBuffer());
    expect(largestDifference(rgb.subarray(0, 3), Buffer.from([150, 120, 100]))).toBeLessThan(12);
    expect(largestDifference(rgb.subarray(-3), Buffer.from([90, 120, 150]))).toBeLessThan(12);
  });

  test("CMYK without Adobe's marker: as with it", async () => {
    const picture = await readBytes(cmyk);
    expect(await readBytes(Buffer.concat([cmyk.subarray(0, 2), cmyk.subarray(18)]))).toEqual(picture);
    // C 200, M 30, Y 90 without black; C 10, M 100 with half black.
    const [cyan, magenta] = halves(picture) as [number[], number[]];
    expect(Math.max(cyan[0]!, magenta[1]!)).toBeLessThan(100);
    expect(Math.min(cyan[1]!, cyan[2]!, magenta[0]!, magenta[2]!)).toBeGreaterThan(100);
  });

  test('a colour profile is converted to sRGB', async () => {
    const { data, info } = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .withIccProfile('p3')
      .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height });
    expect(largestDifference((await readBytes(data)).rgb, rgb)).toBeLessThanOrEqual(12);
  });

  test.each([1, 6])('is decoded at the size that it is drawn at, orientation %i', async (orientation) => {
    const create = {
      width: 160,
      height: 120,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    } as const;
    const smooth = sharp(await sharp({ create }).png().toBuffer()).resize(1600, 1200, { kernel: 'cubic' });
    const photo = await openPhoto(await smooth.withMetadata({ orientation }).jpeg({ quality: 95 }).toBuffer());
    for (const longest of [1300, 700, 390, 201, 150]) {
      const size = fittedSize(photo, longest);
      const small = await photo.decode(size);
      expect(small).toMatchObject(size);
      const wanted = await fitLongestSide(await photo.decode(), longest);
      expect(meanDifference(small, wanted)).toBeLessThan(2);
    }
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('is turned as its EXIF says: %i', async (orientation) => {
    const picture = await readBytes(withSegment(baseline, 0xe1, exif(orientation, orientation % 2 === 0)));
    // Where the upper left corner, and the corner to its right, of what the camera saved have to go. From the EXIF standard:
    // "the 0th row is at the visual …, the 0th column at the visual …".
    const [row0, column0] = (
      [
        'top left',
        'top right',
        'bottom right',
        'bottom left',
        'left top',
        'right top',
        'right bottom',
        'left bottom',
      ] as const
    )[orientation - 1]!.split(' ') as [string, string];
    const corner = (...sides: string[]) => {
      const x = sides.includes('left') ? 4 : picture.width - 4;
      const y = sides.includes('top') ? 4 : picture.height - 4;
      return [...picture.rgb.subarray(3 * (y * picture.width + x)).subarray(0, 3)];
    };
    const opposite = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' }[column0]!;
    const at = (x: number, y: number) => [...rgb.subarray(3 * (y * width + x)).subarray(0, 3)];
    expect([picture.width, picture.height]).toEqual(orientation < 5 ? [width, height] : [height, width]);
    expectNear([corner(row0, column0)], [at(4, 4)]);
    expectNear([corner(row0, opposite)], [at(44, 4)]);
  });

  test('EXIF that makes no sense is left aside', async () => {
    for (const data of ['Exif\0\0', 'Exif\0\0II*\0\xff\xff\xff\xff', 'Exif\0\0garbage garbage garbage']) {
      expect(await readBytes(withSegment(baseline, 0xe1, Buffer.from(data, 'latin1')))).toMatchObject({
        width,
        height,
      });
    }
    expect(await readBytes(withSegment(baseline, 0xe1, exif(99, true)))).toMatchObject({ width, height });
  });

  test('photos larger than the decoder would take by itself: 40 megapixels', async () => {
    const grey = Buffer.alloc(8000 * 5000, 100);
    const file = byFfmpeg(grey, 'gray', '8000x5000', '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-f', 'image2pipe');
    // In a process of its own: under jest the decoder takes ten times as long.
    const script = `
      import { readPhoto } from '${new URL('../../../src/image/photo.js', import.meta.url)}';
      const { width, height, rgb } = await readPhoto(process.argv[1]);
      console.log(width, height, rgb[0], rgb.at(-1));`;
    const path = join(tmpdir(), `vggdraw-test-${randomUUID()}.jpg`);
    await writeFile(path, file);
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, path]);
    await rm(path);
    expect(stdout.toString()).toBe('8000 5000 100 100\n');
  });
});

describe('many scans', () => {
  test('as many as there may be are read, and nobody is kept waiting meanwhile', async () => {
    const reading = readBytes(await jpegOfScans(3000, 3000, 100));
    const turns = await turnsDuring(reading);
    expect((await reading).rgb.subarray(0, 3)).toEqual(
      (await readBytes(await jpegOfScans(8, 8, 10))).rgb.subarray(0, 3),
    );
    expect(turns).toBeGreaterThan(20);
  });

  test('more are refused, before they are decoded', async () => {
    const file = await jpegOfScans(8000, 8000, 1000);
    expect(file.length).toBeLessThan(500_000);
    expect(await refusalOf(file)).toMatch(
      /the JPEG has more than 100 scans, which no ordinary one has; save it again$/,
    );
    expect(await refusalOf(await jpegOfScans(8, 8, 101))).toMatch(/more than 100 scans/);
  });

  test('a gigabyte of fill bytes would keep nobody waiting', async () => {
    const file = Buffer.concat([baseline.subarray(0, 2), Buffer.alloc(5e6, 0xff), baseline.subarray(2)]);
    const reading = readBytes(file).catch(() => {});
    expect(await turnsDuring(reading)).toBeGreaterThan(5);
  });
});

describe('takes harmless oddities', () => {
  const whole = async (file: Buffer) =>
    expect(largestDifference((await readBytes(file)).rgb, rgb)).toBeLessThanOrEqual(6);

  test('bytes behind the end', () => whole(Buffer.concat([baseline, noise(1000)])));

  test('a second picture behind the first', () => whole(Buffer.concat([baseline, progressive])));

  test('zeros behind the end', () => whole(Buffer.concat([baseline, Buffer.alloc(1000)])));

  test('no end marker', () => whole(baseline.subarray(0, -2)));

  test('stray bytes between segments', () => {
    const at = baseline.indexOf(Buffer.from([0xff, 0xdb]));
    return whole(Buffer.concat([baseline.subarray(0, at), Buffer.from([1, 2, 3]), baseline.subarray(at)]));
  });

  test('fill bytes between segments', () => {
    const at = baseline.indexOf(Buffer.from([0xff, 0xdb]));
    return whole(Buffer.concat([baseline.subarray(0, at), Buffer.from([0xff, 0xff, 0xff]), baseline.subarray(at)]));
  });
});

describe('refuses', () => {
  test('a file that is cut short, anywhere', async () => {
    for (let length = 4; length < baseline.length - 3; length += 11) {
      expect(await refusalOf(baseline.subarray(0, length))).toMatch(/cut short/);
    }
  });

  test('a file that is cut short, made smaller, and with a colour profile', async () => {
    const large = await sharp(baseline).resize(320, 240).jpeg({ quality: 95 }).toBuffer();
    const profiled = await sharp(large).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    for (const file of [large, profiled]) {
      await readBytes(file);
      for (const missing of [file.length >> 1, 400, 40]) {
        for (const size of [
          { width: 320, height: 240 },
          { width: 150, height: 112 },
          { width: 20, height: 15 },
        ]) {
          const part = await openPhoto(file.subarray(0, file.length - missing));
          await expect(part.decode(size)).rejects.toThrow(/cut short/);
        }
      }
    }
  });

  test('a file with markers amid its picture, where decoders stop and fill up with grey', async () => {
    const large = await sharp(baseline).resize(320, 240).jpeg({ quality: 95 }).toBuffer();
    await readBytes(large);
    const damaged = Buffer.from(large).fill(0xff, large.length >> 1, (large.length >> 1) + 100);
    for (const width of [320, 160, 20]) {
      const part = await openPhoto(damaged);
      await expect(part.decode({ width, height: (width * 3) / 4 })).rejects.toThrow(/is damaged/);
    }
  });

  test('a progressive file that is cut short, also between its scans', async () => {
    for (let length = 4; length < progressive.length; length++) {
      expect(await refusalOf(progressive.subarray(0, length))).toMatch(/cut short/);
    }
  });

  test('a file whose end was replaced by zeros, or by an end marker', async () => {
    const half = baseline.subarray(0, baseline.length - 200);
    expect(await refusalOf(Buffer.concat([half, Buffer.alloc(5000)]))).toMatch(/cut short/);
    expect(await refusalOf(Buffer.concat([half, Buffer.from([0xff, 0xd9])]))).toMatch(/cut short/);
  });

  test.each([
    ['lossless', 0xc3, 8],
    ['12 bits', 0xc1, 12],
  ])('rare kinds: %s', async (_, marker, bits) => {
    const file = Buffer.from(baseline);
    const at = file.indexOf(Buffer.from([0xff, 0xc0]));
    file[at + 1] = marker;
    file[at + 4] = bits;
    expect(await refusalOf(file)).toMatch(/this kind of JPEG .* can't be read; save it as an ordinary JPEG or as PNG/);
  });

  test('a small file that claims to be large, before any memory is taken for it', async () => {
    const file = Buffer.from(baseline);
    const at = file.indexOf(Buffer.from([0xff, 0xc0]));
    file.writeUInt16BE(8000, at + 5);
    file.writeUInt16BE(7999, at + 7);
    expect(await refusalOf(file)).toMatch(/cut short/);
    file.writeUInt16BE(9000, at + 7);
    expect(await refusalOf(file)).toMatch(/9000×8000 is more than 64 megapixels; make it smaller first/);
  });

  test('two frames in one', async () => {
    const at = baseline.indexOf(Buffer.from([0xff, 0xc0]));
    const frame = baseline.subarray(at, at + 19);
    const file = Buffer.concat([baseline.subarray(0, at), frame, baseline.subarray(at)]);
    expect(await refusalOf(file)).toMatch(/the JPEG is damaged/);
  });
});
