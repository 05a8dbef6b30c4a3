import { expect, test } from '@jest/globals';
import { withColoursOf, withoutColours } from '../../src/colour/luminance.js';
import { uniforms } from '../support/random.js';

const luma = ([red, green, blue]: Iterable<number>) => 0.299 * red! + 0.587 * green! + 0.114 * blue!;
const pixels = (picture: Uint8Array) =>
  Array.from({ length: picture.length / 3 }, (_, i) => picture.subarray(3 * i, 3 * i + 3));
const photo = Uint8Array.from(uniforms([3 * 500], 0, 256));

test('without colours a pixel is its luma', () => {
  for (const [i, grey] of pixels(withoutColours(photo)).entries())
    expect([...grey]).toEqual(Array(3).fill(Math.round(luma(pixels(photo)[i]!))));
});

test('its own shades with its own colours are the photo', () => {
  withColoursOf(photo, withoutColours(photo)).forEach((value, i) => {
    // Luma was rounded, and what is added is.
    expect(Math.abs(value - photo[i]!)).toBeLessThanOrEqual(1);
  });
});

test('any shades keep their luma, whatever the colours, and white and black stay what they are', () => {
  const shades = Uint8Array.from(pixels(photo).flatMap((_, i) => Array(3).fill((i * 37) % 256)));
  const coloured = withColoursOf(photo, shades);
  for (const [i, pixel] of pixels(coloured).entries()) expect(Math.abs(luma(pixel) - shades[3 * i]!)).toBeLessThan(1);
  for (const level of [0, 255]) {
    const plain = new Uint8Array(photo.length).fill(level);
    expect(withColoursOf(photo, plain)).toEqual(plain);
  }
});

test('colours keep their hue where there is no room for all of their chroma', () => {
  // Red on a shade near white: as much more red than green and blue as fits.
  const [red, green, blue] = withColoursOf(Uint8Array.of(255, 0, 0), Uint8Array.of(240, 240, 240));
  expect([red, green, blue]).toEqual([255, 234, 234]);
});
