import { describe, expect, test } from '@jest/globals';
import { plain } from '../../src/image/paste.js';
import { type Framing, framingOf, mountOf, type Place, shapes } from '../../src/video/framing.js';

const sizes = [
  [512, 384],
  [384, 512],
  [61, 45],
  [1, 1],
  [7, 2000],
  [4000, 3000],
  [1536, 1536],
].map(([width, height]) => ({ width: width!, height: height! }));
const choices = [true, false].flatMap((beside) => [
  ...(['portrait', 'square'] as const).map((shape) => ({ beside, shape })),
  ...(beside ? [{ beside, shape: undefined }] : []),
]);

const isWithin = (place: Place, page: Framing): boolean =>
  place.left >= 0 &&
  place.top >= 0 &&
  place.left + place.width <= page.width &&
  place.top + place.height <= page.height;

const overlap = (a: Place, b: Place): boolean =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

describe.each(choices)('a drawing, beside its photo: $beside, shape: $shape', ({ beside, shape }) => {
  test.each(sizes)('of $width×$height lies on its page', (size) => {
    const framing = framingOf(size, { beside, shape })!;
    const { drawing, photo } = framing;
    expect(isWithin(drawing, framing)).toBe(true);
    expect(photo !== undefined).toBe(beside);
    if (photo) {
      expect(isWithin(photo, framing)).toBe(true);
      expect([photo.width, photo.height]).toEqual([drawing.width, drawing.height]);
      expect(overlap(photo, drawing)).toBe(false);
    }
    if (!shape) return;
    expect([framing.width % 2, framing.height % 2]).toEqual([0, 0]);
    const most = shapes[shape];
    expect(framing.width <= most.width && framing.height <= most.height).toBe(true);
    // To the nearest even side.
    expect(Math.abs(framing.width - (framing.height * most.width) / most.height)).toBeLessThanOrEqual(2);
    // Never enlarged, and its own shape.
    expect(drawing.width <= size.width && drawing.height <= size.height).toBe(true);
    expect(Math.abs(drawing.height - Math.max(1, (drawing.width * size.height) / size.width))).toBeLessThanOrEqual(
      Math.max(1, size.height / size.width),
    );
  });
});

test('without a choice it is shown as it is; beside its photo to the right of it', () => {
  expect(framingOf({ width: 40, height: 30 }, {})).toBeUndefined();
  const { width, height, drawing, photo } = framingOf({ width: 400, height: 300 }, { beside: true })!;
  expect({ width, height, drawing, photo }).toEqual({
    ...{ width: 810, height: 300 },
    drawing: { left: 410, top: 0, width: 400, height: 300 },
    photo: { left: 0, top: 0, width: 400, height: 300 },
  });
});

test.each([
  [400, 300, 'above'],
  [300, 400, 'above'],
  [100, 400, 'to the left'],
])('on a page the photo of %i×%i lies %s', (width, height, where) => {
  const { drawing, photo } = framingOf({ width, height }, { beside: true, shape: 'portrait' })!;
  expect(photo!.top < drawing.top ? 'above' : 'to the left').toBe(where);
});

test('what is mounted is paper, photo and drawing, each in its place', async () => {
  const size = { width: 40, height: 20 };
  const framing = framingOf(size, { beside: true, shape: 'square' })!;
  const mount = await mountOf(framing, size, [1, 2, 3], plain(40, 20, [9, 9, 9]));
  for (const level of [100, 200]) {
    const rgb = await mount.mounted(plain(40, 20, [level, level, level]).rgb);
    const seen = (x: number, y: number) => [...rgb.subarray(3 * (y * mount.width + x), 3 * (y * mount.width + x) + 3)];
    expect(seen(0, 0)).toEqual([1, 2, 3]);
    for (const [place, shown] of [
      [framing.photo!, 9],
      [framing.drawing, level],
    ] as const) {
      expect(seen(place.left, place.top)).toEqual([shown, shown, shown]);
      expect(seen(place.left + place.width - 1, place.top + place.height - 1)).toEqual([shown, shown, shown]);
    }
  }
});

test('a drawing that is larger than a phone is made smaller', async () => {
  const size = { width: 2400, height: 1200 };
  const framing = framingOf(size, { shape: 'portrait' })!;
  expect([framing.width, framing.height]).toEqual([1080, 1920]);
  const mount = await mountOf(framing, size, [255, 255, 255]);
  const rgb = await mount.mounted(plain(2400, 1200, [10, 20, 30]).rgb);
  expect([...rgb.subarray(3 * (960 * 1080 + 540), 3 * (960 * 1080 + 540) + 3)]).toEqual([10, 20, 30]);
});
