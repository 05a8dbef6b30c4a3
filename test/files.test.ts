import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InputError } from '../src/errors.js';
import { beginFile, checkOutputFile, discardUnfinished, makeFolders, writeWhole } from '../src/files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file begun', () => {
  test('has its name only when it is committed', async () => {
    const path = join(folder, 'a.txt');
    const file = beginFile(path);
    await writeFile(file.temporary, 'half');
    expect(await readdir(folder)).not.toContain('a.txt');
    await file.commit();
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  test('leaves nothing when it is discarded, and stays when it was committed before', async () => {
    const [kept, dropped] = ['kept', 'dropped'].map((name) => beginFile(join(folder, name)));
    await writeFile(kept!.temporary, 'x');
    await writeFile(dropped!.temporary, 'x');
    await kept!.commit();
    await Promise.all([kept!.discard(), dropped!.discard()]);
    expect(await readdir(folder)).toEqual(['kept']);
  });

  test('goes with everything unfinished when the process has to end', async () => {
    await writeFile(beginFile(join(folder, 'file')).temporary, 'x');
    const unfinishedFolder = beginFile(join(folder, 'frames'));
    await mkdir(unfinishedFolder.temporary);
    await writeFile(join(unfinishedFolder.temporary, 'frame'), 'x');
    discardUnfinished();
    expect(await readdir(folder)).toEqual([]);
  });
});

test('writeWhole replaces a file, and leaves the old one where it fails', async () => {
  const path = join(folder, 'a.txt');
  await writeWhole(path, 'one');
  await writeWhole(path, 'two');
  expect(await readFile(path, 'utf8')).toBe('two');
  await expect(writeWhole(join(folder, 'missing', 'b.txt'), 'x')).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

describe('makeFolders', () => {
  test('makes what is missing, and is content with what is there', async () => {
    const path = join(folder, 'a', 'b', 'c');
    await makeFolders(path);
    await makeFolders(path);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c']);
  });

  test('ends where nothing can be made', async () => {
    await writeFile(join(folder, 'file'), 'x');
    await expect(makeFolders(join(folder, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolders(join(folder, 'file', 'a'))).rejects.toThrow('ENOTDIR');
    if (process.platform === 'linux') await expect(makeFolders('/proc/a/b')).rejects.toThrow("can't be made");
  });
});

describe('checkOutputFile', () => {
  test.each<[string, (folder: string) => string, RegExp]>([
    [
      'a folder that does not exist',
      (at) => join(at, 'missing', 'a.mp4'),
      /--output: the folder .*missing does not exist; create it first/,
    ],
    ['a folder as the file', (at) => at, /--output: .* is a folder; name a file in it/],
    ['a file as the folder', (at) => join(at, 'there', 'a.mp4'), /--output: .*there is not a folder/],
    ['a file that exists', (at) => join(at, 'there'), /--output: .*there exists; add --overwrite to replace it/],
  ])('refuses %s', async (_, path, message) => {
    await writeFile(join(folder, 'there'), 'x');
    const refusal = checkOutputFile(path(folder), '--output', false);
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(message);
  });

  test('accepts a new file, and an existing one that may be overwritten', async () => {
    await writeFile(join(folder, 'there'), 'x');
    await checkOutputFile(join(folder, 'new.mp4'), '--output', false);
    await checkOutputFile(join(folder, 'there'), '--output', true);
  });
});
