import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { encodeStill } from '../../src/image/encode-still.js';
import { plain } from '../../src/image/paste.js';
import { type StillFormat, stillFormatOf, stillFormats } from '../../src/image/still-formats.js';
import { readBytes } from './reading.js';

const [width, height] = [61, 43];
/** Slow waves of colour, which any format can keep. */
const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
  const [x, y, channel] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
  return 128 + 100 * Math.sin(x / (9 + channel)) * Math.cos(y / 7);
});
const comment = 'drawn by vggdraw, 61x43';

async function encoded(format: StillFormat, rows = height): Promise<Buffer> {
  const bands = Array.from({ length: Math.ceil(height / rows) }, (_, i) => {
    const band = rgb.subarray(3 * width * rows * i, 3 * width * rows * (i + 1));
    return { width, height: band.length / 3 / width, rgb: band };
  });
  const parts: Uint8Array[] = [];
  for await (const part of encodeStill(format, { width, height }, bands, comment)) parts.push(part);
  return Buffer.concat(parts);
}

test('the ending of a name says what a picture is', () => {
  expect(['a.png', 'a.JPG', 'a.jpeg', 'a.b.webp', 'a.avif', 'a.gif', 'png.'].map(stillFormatOf)).toEqual([
    ...['png', 'jpg', 'jpg', 'webp', 'avif'],
    ...[undefined, undefined],
  ]);
});

describe.each(stillFormats)('a picture as %s', (format) => {
  test('is what was written, in bands or not, to the byte', async () => {
    const bytes = await encoded(format);
    const seen = await readBytes(bytes);
    expect([seen.width, seen.height]).toEqual([width, height]);
    const off = seen.rgb.reduce((sum, value, i) => sum + Math.abs(value - rgb[i]!), 0) / rgb.length;
    expect(off).toBeLessThan(format === 'png' ? 1e-9 : 2.5);
    expect(await encoded(format)).toEqual(bytes);
    const inBands = await readBytes(await encoded(format, 10));
    expect(inBands).toEqual(seen);
  });

  test('says what it is of, without a time of day', async () => {
    const { exif, comments } = await sharp(await encoded(format)).metadata();
    const said = exif?.toString('latin1') ?? JSON.stringify(comments);
    expect(said).toContain(comment);
    expect(said).toMatch(/vggdraw \d+\.\d+\.\d+/);
    expect(said).not.toMatch(/20\d\d[:-]\d\d/);
  });
});

test('what a PNG says is Unicode where it has to be', async () => {
  const parts: Uint8Array[] = [];
  const one = plain(1, 1, [1, 2, 3]);
  for await (const part of encodeStill('png', one, [one], 'drawn with 画')) parts.push(part);
  const { comments } = await sharp(Buffer.concat(parts)).metadata();
  expect(comments).toContainEqual({ keyword: expect.stringMatching(/Comment$/), text: 'drawn with 画' });
});
