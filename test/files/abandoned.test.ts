import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ownedName, removeAbandoned } from '../../src/files/abandoned.js';
import { nameOfTheDead } from '../support/dead.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-abandoned-'));
});
afterEach(() => rm(folder, { recursive: true }));

const machineOf = (name: string) => name.split('-')[1]!;

describe('removeAbandoned', () => {
  test('removes files and folders of a process that has ended', async () => {
    await writeFile(join(folder, nameOfTheDead('partial')), 'x');
    const frames = join(folder, nameOfTheDead('partial'));
    await mkdir(frames);
    await writeFile(join(frames, 'frame-00000.png'), 'x');
    await removeAbandoned(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  test('gives a folder its name back that was to be replaced', async () => {
    const aside = join(folder, nameOfTheDead('aside'));
    await mkdir(join(aside, 'frames'), { recursive: true });
    await writeFile(join(aside, 'frames', 'frame-00000.png'), 'old');
    await removeAbandoned(folder);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['frames', 'frames/frame-00000.png']);
  });

  test('removes it where it has been replaced', async () => {
    const aside = join(folder, nameOfTheDead('aside'));
    await mkdir(join(aside, 'frames'), { recursive: true });
    await mkdir(join(folder, 'frames'));
    await removeAbandoned(folder);
    expect(await readdir(folder)).toEqual(['frames']);
  });

  test("leaves those of processes that run, of other machines, and everybody else's files", async () => {
    const dead = nameOfTheDead('partial');
    const elsewhere = dead.replace(machineOf(dead), '00000000');
    const kept = [
      ownedName('partial'),
      ownedName('aside'),
      elsewhere,
      '.video.mp4.0123456789ab.partial',
      '.vggdraw-notes.partial',
      `x${dead}`,
      `${dead}.txt`,
      'out.mp4',
    ];
    for (const name of kept) await writeFile(join(folder, name), 'x');
    await removeAbandoned(folder);
    expect((await readdir(folder)).sort()).toEqual(kept.sort());
  });

  test("removes those of a process whose number is another's by now", async () => {
    if (process.platform !== 'linux') return;
    const [us, machine, , start, random] = nameOfTheDead('partial').split('-');
    await writeFile(join(folder, [us, machine, process.pid, start, random].join('-')), 'x');
    await removeAbandoned(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  test('removes what nobody has touched for more than a week, wherever it comes from', async () => {
    const dead = nameOfTheDead('partial');
    const path = join(folder, dead.replace(machineOf(dead), '00000000'));
    await writeFile(path, 'x');
    const old = new Date(Date.now() - 8 * 24 * 3600 * 1000);
    await utimes(path, old, old);
    await removeAbandoned(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  test('does nothing where there is no folder', async () => {
    await removeAbandoned(join(folder, 'missing'));
  });
});
