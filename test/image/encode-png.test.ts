import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { encodePng, encodePngBands } from '../../src/image/encode-png.js';
import { readPhoto } from '../../src/image/photo.js';
import { fitLongestSide } from '../../src/image/resize.js';
import { noise, readBytes } from './reading.js';

const photo = '../shared/photos/tubingen.png';

describe('encodePng', () => {
  test.each([
    [1, 1],
    [1, 7],
    [7, 1],
    [61, 43],
  ])('%i×%i: what is read back is what was written', async (width, height) => {
    const rgb = new Uint8Array(noise(width * height * 3));
    expect(await readBytes(await encodePng({ width, height, rgb }))).toEqual({ width, height, rgb });
  });

  test.each([1, 4, 43, 100])('in bands of %i rows it is the same picture', async (rows) => {
    const [width, height] = [61, 43];
    const rgb = new Uint8Array(noise(width * height * 3));
    const bands = Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
      const band = rgb.subarray(3 * width * rows * i, 3 * width * rows * (i + 1));
      return { width, height: band.length / 3 / width, rgb: band };
    });
    const parts: Buffer[] = [];
    for await (const part of encodePngBands({ width, height }, bands)) parts.push(part);
    expect(await readBytes(Buffer.concat(parts))).toEqual({ width, height, rgb });
  });

  test('blank paper takes next to nothing', async () => {
    const paper = { width: 512, height: 384, rgb: new Uint8Array(512 * 384 * 3).fill(255) };
    expect((await encodePng(paper)).length).toBeLessThan(6000);
  });

  test('the same picture gives the same bytes', async () => {
    const picture = { width: 40, height: 30, rgb: new Uint8Array(noise(3600)) };
    expect(await encodePng(picture)).toEqual(await encodePng(picture));
  });

  if (!existsSync(photo)) test.skip(`a photo (${photo} is not there)`, () => {});
  else {
    test('a photo takes no more than 5 % over what the best settings of pngjs make of it', async () => {
      const picture = await fitLongestSide(await readPhoto(photo), 512);
      const bytes = await encodePng(picture);
      expect(bytes.length).toBeLessThan(407_544 * 1.05);
      expect((await readBytes(bytes)).rgb).toEqual(picture.rgb);
    });
  }
});
