import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { decode } from '../../src/image/formats/libvips.js';
import { type ColourSpace, codedSpace, profileOf, srgb } from '../../src/image/profile.js';

/** What libvips, with Little CMS, makes of a colour by its profile. */
async function converted(space: ColourSpace, ...colour: number[]): Promise<number[]> {
  const bytes = Buffer.from(colour);
  const channels = colour.length as 1 | 3;
  const profile = profileOf(space, channels === 1);
  const { rgb } = await decode(
    'colour',
    { bytes, layout: { width: 1, height: 1, channels }, profile },
    { width: 1, height: 1 },
  );
  return [...rgb];
}

/** The tag's numbers, of 16 bits behind the point. */
const numbersOf = (profile: Buffer, tag: string): number[] => {
  const entry = profile.indexOf(tag);
  const at = profile.readUInt32BE(entry + 4);
  return [8, 12, 16].map((offset) => profile.readInt32BE(at + offset) / 65536);
};

describe('a profile', () => {
  test('has the primaries that Apple publishes for Display P3', () => {
    const profile = profileOf(codedSpace(12, 13))!;
    const published = {
      rXYZ: [0.51512, 0.2412, -0.00105],
      gXYZ: [0.29198, 0.69225, 0.04189],
      bXYZ: [0.1571, 0.06657, 0.78407],
    };
    for (const [tag, wanted] of Object.entries(published)) {
      // Rounding of a step, and of the white that others round before.
      for (const [i, value] of numbersOf(profile, tag).entries()) expect(value).toBeCloseTo(wanted[i]!, 3);
    }
  });

  test('is none of sRGB, by whatever numbers that is named, and of what makes no sense', () => {
    expect(profileOf(srgb)).toBeUndefined();
    for (const [primaries, transfer] of [
      [1, 13],
      [1, 1],
      [2, 2],
      [0, 255],
    ] as const) {
      expect(profileOf(codedSpace(primaries, transfer))).toBeUndefined();
    }
    for (const point of [
      [0, 0],
      [0.3, 0],
      [1e4, 1e-4],
      [0.64, 0.33],
    ] as const) {
      expect(profileOf({ primaries: [point, point, point, point], transfer: 1 })).toBeUndefined();
    }
  });

  test('takes white to white, and black to black', async () => {
    for (const [primaries, transfer] of [
      [12, 13],
      [9, 1],
      [4, 4],
      [5, 5],
      [6, 1],
      [11, 8],
    ] as const) {
      const space = codedSpace(primaries, transfer);
      expect(await converted(space, 255, 255, 255)).toEqual([255, 255, 255]);
      expect(await converted(space, 0, 0, 0)).toEqual([0, 0, 0]);
    }
  });

  test('takes the colours of Display P3 where Little CMS takes them by the profile that Apple publishes', async () => {
    // By Pillow 9.4 with Little CMS 2.14.
    expect(await converted(codedSpace(12, 13), 200, 140, 110)).toEqual([211, 137, 104]);
    expect(await converted(codedSpace(12, 13), 30, 50, 20)).toEqual([23, 51, 15]);
  });

  test('takes what is proportional to light to what is not', async () => {
    const linear: ColourSpace = { ...srgb, transfer: 1 };
    // 1.055 · 0.5^(1 / 2.4) - 0.055 of 255.
    expect(await converted(linear, 128, 128, 128)).toEqual([188, 188, 188]);
    expect(await converted(linear, 128)).toEqual([188, 188, 188]);
  });

  test('takes absolute light to shares of white paper, and what is brighter to white', async () => {
    // BT.2408: 58 % of PQ and 75 % of HLG are 203 cd/m².
    for (const [transfer, white] of [
      [16, 148.2],
      [18, 191.25],
    ] as const) {
      const space = codedSpace(9, transfer);
      for (const [value, isWhite] of [
        [white + 2, true],
        [white - 6, false],
      ] as const) {
        const [red, green, blue] = await converted(space, ...Array<number>(3).fill(Math.round(value)));
        expect(new Set([red, green, blue]).size).toBe(1);
        expect(red === 255).toBe(isWhite);
        expect(red).toBeGreaterThan(225);
      }
    }
  });
});

test('numbers that overrule a profile, of a picture that has both', async () => {
  const file = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#c88c6e' } })
    .withIccProfile('p3')
    .png()
    .toBuffer();
  const { rgb } = await decode(
    'PNG',
    { bytes: file, profile: profileOf({ ...srgb, transfer: 1 })! },
    { width: 1, height: 1 },
  );
  const linear = (value: number) => Math.round(255 * (1.055 * (value / 255) ** (1 / 2.4) - 0.055));
  const { data } = await sharp(file, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
  for (const [i, value] of [...data].entries()) expect(Math.abs(rgb[i]! - linear(value))).toBeLessThanOrEqual(1);
});
