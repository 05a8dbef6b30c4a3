import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { decodeHevc, type HevcTask } from '../../../src/image/formats/hevc.js';
import { openPhoto } from '../../../src/image/photo.js';
import { readBytes, refusalOf } from '../reading.js';
import { fixture } from './fixtures.js';
import { av1Data, heifFile } from './heif-files.js';

const size = { width: 24, height: 16 };

describe('work that a file asks for', () => {
  const large = { width: 8000, height: 8000 };
  const tooMuch =
    /this kind of AVIF \(\d+ megapixels in frames and tiles\) can't be read; save it as an ordinary JPEG or as PNG$/;

  test.each([true, false])('frames behind frames, with a short header: %s', async (isReduced) => {
    const bomb = (frames: number) =>
      heifFile('avif', large, [{ type: 'av01', data: av1Data(8000, 8000, frames, isReduced) }]);
    expect(await refusalOf(bomb(500))).toMatch(/\(32000 megapixels/);
    expect(await refusalOf(bomb(5))).toMatch(tooMuch);
    expect(await refusalOf(bomb(4))).not.toMatch(tooMuch);
  });

  test('frames that are larger than the file says', async () => {
    const file = heifFile('avif', size, [{ type: 'av01', data: av1Data(60_000, 60_000, 1) }]);
    expect(await refusalOf(file)).toMatch(/\(3600 megapixels/);
  });

  test('one tile over and over, a level deeper again, and as alpha of another', async () => {
    const tile = { type: 'av01', data: av1Data(1000, 1000, 1) };
    const grid = (parts: number[]) => ({ type: 'grid', data: Buffer.alloc(8), parts });
    const tiles = (count: number, id: number) => Array<number>(count).fill(id);
    expect(await refusalOf(heifFile('avif', size, [grid(tiles(300, 2)), tile]))).toMatch(/\(300 megapixels/);
    expect(await refusalOf(heifFile('avif', size, [grid(tiles(20, 2)), grid(tiles(30, 3)), tile]))).toMatch(
      /\(600 megap/,
    );
    const alpha = { ...grid(tiles(400, 1)), auxiliaryOf: 1 };
    expect(
      await refusalOf(heifFile('avif', size, [tile, { ...tile, auxiliaryOf: 1 }, { ...alpha, parts: tiles(400, 2) }])),
    ).toMatch(/\(402 megapixels/);
  });

  test('an item that is said to be two things', async () => {
    const items = ['av01', 'Exif'].map((type) => ({ type, data: av1Data(16, 16, 1) }));
    const file = heifFile('avif', size, items);
    file.writeUInt16BE(1, file.lastIndexOf('infe') + 8);
    expect(await refusalOf(file)).toMatch(/the AVIF is damaged/);
  });

  test('an item that is part of itself', async () => {
    const file = heifFile('avif', size, [
      { type: 'grid', data: Buffer.alloc(8), parts: [2, 3] },
      { type: 'av01', data: av1Data(16, 16, 1) },
      { type: 'grid', data: Buffer.alloc(8), parts: [1] },
    ]);
    expect(await refusalOf(file)).toMatch(/the AVIF is damaged/);
  });
});

describe('refuses', () => {
  test.each(['avif-8-tiles.avif', 'heic-8-tiles.heic'])('%s cut short, anywhere', async (name) => {
    const whole = fixture(name);
    for (let length = 12; length < whole.length; length += 7) {
      expect(await refusalOf(whole.subarray(0, length))).toMatch(/is damaged or cut short/);
    }
  });

  test('other pictures in the same boxes', async () => {
    const file = heifFile('heic', size, [{ type: 'jpeg', data: Buffer.alloc(100) }]);
    expect(await refusalOf(file)).toMatch(/this kind of HEIC \(jpeg\) can't be read/);
  });

  test('a HEIC whose pixels are nonsense', async () => {
    const file = Buffer.from(fixture('heic-8.heic'));
    file.fill(0xff, file.indexOf('mdat') + 8);
    expect(await refusalOf(file)).toMatch(/the HEIC is damaged or cut short; get a whole copy/);
  });

  test('a HEIC that claims to be large, before it is decoded', async () => {
    const file = Buffer.from(fixture('heic-8.heic'));
    for (let at = file.indexOf('ispe'); at >= 0; at = file.indexOf('ispe', at + 1)) {
      file.writeUInt32BE(9000, at + 8);
      file.writeUInt32BE(8000, at + 12);
    }
    expect(await refusalOf(file)).toMatch(/9000×8000 is more than 64 megapixels|damaged/);
  });
});

describe('takes', () => {
  const whole = fixture('heic-8.heic');

  test('notes of a phone behind the last box', async () => {
    const noted = Buffer.concat([whole, Buffer.from('SEFH\0\0\0\x01 notes SEFT')]);
    expect((await readBytes(noted)).rgb).toEqual((await readBytes(whole)).rgb);
  });

  test.each(['mif1', 'mif2', 'hevx'])('another brand in front of its own: %s', async (brand) => {
    const file = Buffer.from(fixture('avif-8.avif'));
    file.write(brand, 8);
    expect((await readBytes(file)).rgb).toEqual((await readBytes(fixture('avif-8.avif'))).rgb);
  });
});

describe('the thread that decodes HEVC', () => {
  const layout = { width: 24, height: 16, channels: 3 } as const;

  test('is ended where it takes too long', async () => {
    // Before it can have begun.
    const decoding = decodeHevc('HEIC', fixture('heic-8.heic'), layout, 0);
    await expect(decoding).rejects.toThrow(/the HEIC is damaged or cut short/);
    await expect(decoding).rejects.toHaveProperty('cause.cause.name', 'TimeoutError');
  });

  test('has no more memory than is counted', async () => {
    // libheif makes more copies of these bytes than any picture takes.
    const file = Buffer.concat([fixture('heic-8.heic'), Buffer.alloc(1e8)]);
    expect((await decodeHevc('HEIC', fixture('heic-8.heic'), layout)).length).toBe(3 * 24 * 16);
    const worker = new Worker(new URL('../../../src/image/formats/hevc-worker.js', import.meta.url), {
      workerData: { file, layout, bytes: 5e7 } satisfies HevcTask,
    });
    expect(await once(worker, 'message')).toEqual([expect.stringContaining('no memory')]);
  });
});

test('what decoding takes is counted', async () => {
  const [avif, heic] = await Promise.all([openPhoto(fixture('avif-8.avif')), openPhoto(fixture('heic-8.heic'))]);
  expect(avif.decodingBytes()).toBeGreaterThan(20 * 24 * 16);
  // The decoder's code has memory of its own.
  expect(heic.decodingBytes()).toBeGreaterThan(64e6);
});
