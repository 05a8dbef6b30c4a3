import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { cantWrite, checkOutputFile, writeNamed } from '../../src/files/writable.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-writable-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('checkOutputFile', () => {
  test.each<[string, (folder: string) => string, RegExp]>([
    ['a folder as the file', (at) => at, /^output: .* is a folder; name a file in it$/],
    ['a file as the folder', (at) => join(at, 'there', 'a.mp4'), /^output: .*there is not a folder$/],
    ['a file as a folder above', (at) => join(at, 'there', 'a', 'b', 'c.mp4'), /^output: .*there is not a folder$/],
    ['a file that exists', (at) => join(at, 'there'), /^output: .*there exists; set overwrite to replace it$/],
    ['a link that leads nowhere', (at) => join(at, 'link'), /^output: .*link exists; set overwrite to replace it$/],
    [
      'a name that is too long',
      (at) => join(at, `${'x'.repeat(252)}.mp4`),
      /^output: the name .* is too long .*shorter/,
    ],
    ['a folder whose name is too long', (at) => join(at, 'x'.repeat(256), 'a.mp4'), /is too long .*shorter/],
    ['a path that is too long', (at) => join(at, 'x/'.repeat(8000), 'a.mp4'), /is too long .*shorter/],
    ['a name with a zero', (at) => join(at, 'a\0.mp4'), /^output: no file can be called .*; choose another name$/],
    [
      'a folder with a zero',
      (at) => join(at, 'a\0', 'b.mp4'),
      /^output: no file can be called .*; choose another name$/,
    ],
  ])('refuses %s', async (_, path, message) => {
    await writeFile(join(folder, 'there'), 'x');
    await symlink('nowhere', join(folder, 'link'));
    const before = await readdir(folder);
    const refusal = checkOutputFile(path(folder), 'output', false);
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(message);
    expect(String(await refusal.catch((error: unknown) => error)).length).toBeLessThan(1000);
    expect(await readdir(folder)).toEqual(before);
  });

  test('accepts a new file, one in folders to be made, and an existing one that may be overwritten', async () => {
    await writeFile(join(folder, 'there'), 'x');
    await checkOutputFile(join(folder, 'new.mp4'), 'output', false);
    await checkOutputFile(join(folder, 'a', 'b', 'new.mp4'), 'output', false);
    await checkOutputFile(join(folder, `${'x'.repeat(251)}.mp4`), 'output', false);
    await checkOutputFile(join(folder, 'there'), 'output', true);
    expect(await readdir(folder)).toEqual(['there']);
  });
});

describe('cantWrite', () => {
  test("says what the system's errors mean for the person", () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(cantWrite('a.png', 'still', full)).toEqual(
      new InputError("can't write a.png: the disk is full; make room, or choose another folder", { field: 'still' }),
    );
  });

  test('leaves what is known, and faults of ours', () => {
    for (const error of [new InputError('x'), new TypeError('y'), Object.assign(new Error(), { code: 'ERR_X' })]) {
      expect(cantWrite('a.png', 'still', error)).toBe(error);
    }
  });
});

describe('writeNamed', () => {
  test('makes the folders on the way, and says in words where it can not write, with nothing left', async () => {
    await writeNamed(join(folder, 'a', 'b', 'c.txt'), 'output', 'whole');
    expect(await readFile(join(folder, 'a', 'b', 'c.txt'), 'utf8')).toBe('whole');
    // A folder has the name meanwhile.
    await expect(writeNamed(join(folder, 'a'), 'output', 'more')).rejects.toThrow(
      /^output: can't write .*a: E[A-Z]+; /,
    );
    expect(await readdir(folder)).toEqual(['a']);
  });
});
