/**
 * Photos of every format, as encoders that are not ours write them: `tools/photo-fixtures.py` makes them, and what other decoders make of
 * them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../src/errors.js';
import { readPhoto } from '../../../src/image/photo.js';
import { damage } from '../../../tools/attack/damage.js';
import { Random } from '../../../tools/attack/random.js';
import { largestDifference, readBytes } from '../reading.js';
import { fixture, fixtures } from './fixtures.js';

const columns = ['8', '16', 'alpha', 'exif', 'profile', 'animation'];

describe.each(fixtures)('$file', ({ file, bytes, width, height, places, colours }) => {
  test('is what other decoders see', async () => {
    const picture = await readBytes(bytes);
    expect(picture).toMatchObject({ width, height });
    const found = places.flatMap(([x, y]) => [...picture.rgb.subarray(3 * (y * width + x)).subarray(0, 3)]);
    // A level by rounding, of coefficients and of alpha; another by a profile's steps.
    const most = file.includes('profile') ? 3 : 2;
    expect(largestDifference(Buffer.from(found), Buffer.from(colours.join(''), 'hex'))).toBeLessThanOrEqual(most);
  });
});

test("the README's table says what is tested here, and nothing else", () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, table] = /^\| photo.*\n\|[ -|]*\n((?:\|.*\n)*)/m.exec(readme)!;
  const rows = table!
    .trim()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const said = rows.flatMap(([name, ...cells]) =>
    cells.flatMap((cell, i) => (cell === '–' ? [] : [`${name!.toLowerCase()}-${columns[i]}`])),
  );
  const tested = fixtures.map(({ file }) => file.replace(/^(\w+-[a-z0-9]+).*/, '$1'));
  expect([...new Set(tested)].sort()).toEqual(said.sort());
});

test.each(['jpeg-profile-p3.jpg', 'webp-profile-p3.webp', 'avif-profile-p3.avif', 'jpeg-8-cmyk.jpg'])(
  '%s with a broken profile is read without one',
  async (file) => {
    const bytes = Buffer.from(fixture(file));
    bytes.fill(0xff, bytes.indexOf('acsp'), bytes.indexOf('acsp') + 140);
    expect(await readBytes(bytes)).toMatchObject({ width: 24, height: 16 });
  },
);

test('no photo here is expected to be something without being so', () => {
  const files = readdirSync('test/image/formats/photos').filter((file) => file !== 'expected.json');
  expect(files.sort()).toEqual(fixtures.map(({ file }) => file).sort());
});

test('200 broken files are refused in one line each', async () => {
  const random = new Random('broken photos');
  const refused: string[] = [];
  for (let i = 0; refused.length < 200; i++) {
    const { bytes } = fixtures[i % fixtures.length]!;
    const other = random.pick(fixtures).bytes;
    const broken = random.chance(0.5)
      ? bytes.subarray(0, random.integer(0, bytes.length - 1))
      : damage(bytes, random, other).bytes;
    // What is damaged where it does not matter is read.
    const error: unknown = await readPhoto(broken).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error === undefined) continue;
    expect(error).toBeInstanceOf(InputError);
    refused.push((error as InputError).message);
  }
  for (const message of refused) expect(message).toMatch(/^can't read photo: [^\n]{10,200}; [^\n]{10,100}$/);
});
