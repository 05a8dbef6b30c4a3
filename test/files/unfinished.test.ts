import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  beginFile,
  discardUnfinished,
  makeFolders,
  removeMadeFolders,
  replaceFolder,
  writeWhole,
} from '../../src/files/unfinished.js';

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

test('a folder goes even if others are still writing into it, and what stays all the same is no error', async () => {
  const real = await import('node:fs');
  const files: string[] = [];
  let late = 3;
  jest.resetModules();
  jest.unstable_mockModule('node:fs', () => ({
    ...real,
    rmSync: (path: string, options: object) => {
      if (!files.includes(path)) files.push(path);
      if (path === files[1] || late-- > 0)
        throw Object.assign(new Error('ENOTEMPTY: not empty'), { code: 'ENOTEMPTY' });
      real.rmSync(path, options);
    },
  }));
  const { beginFile, discardUnfinished }: typeof import('../../src/files/unfinished.js') = await import(
    '../../src/files/unfinished.js'
  );
  const begun = ['frames', 'others'].map((name) => beginFile(join(folder, name)).temporary);
  for (const path of begun) await mkdir(path);
  discardUnfinished();
  expect(files).toEqual(begun);
  expect((await readdir(folder)).map((name) => join(folder, name))).toEqual([begun[1]]);
});

test('writeWhole removes what a process that was killed has left in the folder', async () => {
  const left = '.vggdraw-%-0123456789ab.partial';
  const { temporary } = beginFile(join(folder, 'x'));
  const [, machine] = /\.vggdraw-([0-9a-f]{8})-/.exec(temporary)!;
  // No process has this number.
  await writeFile(join(folder, left.replace('%', `${machine}-4194305-1`)), 'half');
  await writeWhole(join(folder, 'a.txt'), 'one');
  expect(await readdir(folder)).toEqual(['a.txt']);
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

describe('a file that must replace nothing', () => {
  const begun = async (name: string, text: string) => {
    const file = beginFile(join(folder, name));
    await writeFile(file.temporary, text);
    return file;
  };

  test('has its name where that is free', async () => {
    expect((await begun('a.mp4', 'one')).commitFree()).toBe(join(folder, 'a.mp4'));
    expect(await readdir(folder)).toEqual(['a.mp4']);
  });

  test('gets one like it where it is taken, whoever of two comes second', async () => {
    const files = [await begun('a.mp4', 'one'), await begun('a.mp4', 'two'), await begun('a.mp4', 'three')];
    expect(files.map((file) => file.commitFree())).toEqual(
      ['a.mp4', 'a (2).mp4', 'a (3).mp4'].map((name) => join(folder, name)),
    );
    expect(await readFile(join(folder, 'a.mp4'), 'utf8')).toBe('one');
    expect(await readFile(join(folder, 'a (3).mp4'), 'utf8')).toBe('three');
    expect(await readdir(folder)).toHaveLength(3);
  });

  test('gets a shorter one where that would be too long', async () => {
    const name = `${'画'.repeat(83)}.mp4`;
    for (const text of ['one', 'two']) (await begun(name, text)).commitFree();
    expect((await readdir(folder)).sort()).toEqual([`${'画'.repeat(82)} (2).mp4`, name].sort());
  });

  test('or fails where it has to be that name', async () => {
    await writeFile(join(folder, 'a'), 'mine');
    const file = await begun('a', 'x');
    expect(() => file.commitNew()).toThrow('EEXIST');
    await file.discard();
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('mine');
  });

  test('not even a link that leads nowhere', async () => {
    await symlink('nowhere', join(folder, 'a.mp4'));
    expect((await begun('a.mp4', 'x')).commitFree()).toBe(join(folder, 'a (2).mp4'));
  });

  test('a folder neither: only an empty one makes way', async () => {
    const begunFolder = async () => {
      const file = beginFile(join(folder, 'frames'));
      await mkdir(file.temporary);
      await writeFile(join(file.temporary, 'frame'), 'x');
      return file;
    };
    await mkdir(join(folder, 'frames'));
    expect((await begunFolder()).commitFree()).toBe(join(folder, 'frames'));
    expect((await begunFolder()).commitFree()).toBe(join(folder, 'frames (2)'));
    await rm(join(folder, 'frames'), { recursive: true });
    await writeFile(join(folder, 'frames'), 'mine');
    expect((await begunFolder()).commitFree()).toBe(join(folder, 'frames (3)'));
  });
});

describe('a folder that is replaced', () => {
  const begin = async () => {
    await mkdir(join(folder, 'frames'));
    await writeFile(join(folder, 'frames', 'old'), 'x');
    const file = beginFile(join(folder, 'frames'));
    await mkdir(file.temporary);
    await writeFile(join(file.temporary, 'new'), 'x');
    return file;
  };

  test('is gone when the new one has its name', async () => {
    replaceFolder(join(folder, 'frames'), await begin());
    expect(await readdir(folder)).toEqual(['frames']);
    expect(await readdir(join(folder, 'frames'))).toEqual(['new']);
  });

  test('is back where the new one can not have it', async () => {
    const file = await begin();
    await file.discard();
    expect(() => replaceFolder(join(folder, 'frames'), file)).toThrow('ENOENT');
    expect(await readdir(folder)).toEqual(['frames']);
    expect(await readdir(join(folder, 'frames'))).toEqual(['old']);
  });
});

test('folders that were made go where nothing is in them', async () => {
  await makeFolders(join(folder, 'a', 'b'), { whileEmpty: true });
  await makeFolders(join(folder, 'c', 'd'), { whileEmpty: true });
  await writeFile(join(folder, 'c', 'file'), 'x');
  await mkdir(join(folder, 'mine'));
  await makeFolders(join(folder, 'mine'), { whileEmpty: true });
  removeMadeFolders();
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['c', 'c/file', 'mine']);
});

test('where a file system has no hard links a name that is taken is left alone all the same', async () => {
  const real = await import('node:fs');
  jest.resetModules();
  jest.unstable_mockModule('node:fs', () => ({
    ...real,
    linkSync: () => {
      throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
    },
  }));
  const files: typeof import('../../src/files/unfinished.js') = await import('../../src/files/unfinished.js');
  const names = [];
  for (const text of ['one', 'two']) {
    const file = files.beginFile(join(folder, 'a.mp4'));
    await writeFile(file.temporary, text);
    names.push(file.commitFree());
  }
  expect(names).toEqual([join(folder, 'a.mp4'), join(folder, 'a (2).mp4')]);
  expect(await readFile(join(folder, 'a.mp4'), 'utf8')).toBe('one');
  expect(await readFile(join(folder, 'a (2).mp4'), 'utf8')).toBe('two');
  expect(await readdir(folder)).toHaveLength(2);
});
