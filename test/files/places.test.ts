import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isSamePlace, liesIn } from '../../src/files/places.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-places-'));
  await mkdir(join(folder, 'a'));
  await writeFile(join(folder, 'a', 'photo.png'), 'x');
  await writeFile(join(folder, 'a', 'other.png'), 'x');
  await link(join(folder, 'a', 'photo.png'), join(folder, 'hard.png'));
  await symlink(join(folder, 'a', 'photo.png'), join(folder, 'soft.png'));
  await symlink(join(folder, 'soft.png'), join(folder, 'softer.png'));
  await symlink('a', join(folder, 'b'));
});
afterAll(() => rm(folder, { recursive: true }));
const at = (path: string) => `${folder}/${path}`;

describe('one file is known for it', () => {
  test.each(['a/photo.png', './a/.././a//photo.png', 'hard.png', 'soft.png', 'softer.png', 'b/photo.png'])(
    'as %s',
    (path) => {
      expect(isSamePlace(at(path), at('a/photo.png'))).toBe(true);
      expect(isSamePlace(relative('.', at(path)), at('a/photo.png'))).toBe(true);
      expect(isSamePlace(at(path), at('a/other.png'))).toBe(false);
    },
  );

  test.each([
    ['new.png', './new.png'],
    ['a/new.png', 'b/new.png'],
    ['a/deep/new.png', 'b/deep/new.png'],
    ['New.PNG', 'new.png'],
    ['\u00e9.png', 'e\u0301.png'],
  ])('before it is there: %s and %s', (one, other) => {
    expect(isSamePlace(at(one), at(other))).toBe(true);
  });

  test('others are not', () => {
    expect(isSamePlace(at('new.png'), at('newer.png'))).toBe(false);
    expect(isSamePlace(at('new.png'), at('a/new.png'))).toBe(false);
  });
});

describe('what lies in a folder is known for it', () => {
  test.each(['a', 'a/photo.png', 'b/photo.png', 'a/new/deep.png', 'soft.png', 'b'])('%s', (path) => {
    expect(liesIn(at(path), at('a'))).toBe(true);
    expect(liesIn(at(path), at('b'))).toBe(true);
    expect(liesIn(at(path), folder)).toBe(true);
  });

  test.each(['hard.png', 'ab/photo.png', 'new.png', '..'])('%s does not', (path) => {
    expect(liesIn(at(path), at('a'))).toBe(false);
  });

  test('in one that is not there yet either', () => {
    expect(liesIn(at('new/a.mp4'), at('NEW'))).toBe(true);
    expect(liesIn(at('newer/a.mp4'), at('new'))).toBe(false);
  });
});
