import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const sourcesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));

const withoutComments = (source: string): string => source.replace(/\/\*.*?\*\/|^\s*\/\/.*?$/gms, '');

test('no message of the library names a flag: the command line turns options into flags', async () => {
  const flags = new Set<string>();
  for (const path of await sourcesIn('src/commands')) {
    for (const [, name] of (await readFile(path, 'utf8')).matchAll(/\.option\('(\w+)'/g)) flags.add(`--${name}`);
  }
  expect(flags.size).toBeGreaterThan(15);
  const named: string[] = [];
  for (const path of await sourcesIn('src')) {
    if (path.startsWith(join('src', 'commands')) || path.endsWith('command-line.ts')) continue;
    for (const line of withoutComments(await readFile(path, 'utf8')).split('\n')) {
      if ((line.match(/--[a-z]+/g) ?? []).some((flag) => flags.has(flag))) named.push(`${path}: ${line.trim()}`);
    }
  }
  expect(named).toEqual([]);
});
