import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const run = (cwd: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [resolve('dist/tools/third-party.js'), ...args], { cwd });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-third-party-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lockWith = (packages: object) => writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages }));

test('THIRD-PARTY.md says what is installed', async () => {
  await expect(run('.', '--check')).resolves.toMatchObject({ stderr: '' });
});

test('a row for each package that is not for development, wherever it is nested', async () => {
  await lockWith({
    '': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', license: 'ISC' },
    'node_modules/b/node_modules/@a/c': { version: '1.0.0', license: 'MIT', os: ['linux'], cpu: ['arm64'] },
    'node_modules/old': { version: '0.1.0' },
    'node_modules/tool': { version: '3.0.0', dev: true },
  });
  await mkdir(join(folder, 'node_modules', 'old'), { recursive: true });
  await writeFile(
    join(folder, 'node_modules', 'old', 'package.json'),
    '{"licenses":[{"type":"MIT"},{"type":"GPL-2.0"}]}',
  );
  await run(folder);
  const rows = (await readFile(join(folder, 'THIRD-PARTY.md'), 'utf8')).match(/^\| [^-p].*/gm);
  expect(rows).toEqual([
    '| @a/c | 1.0.0 | MIT | linux arm64 |',
    '| b | 2.0.0 | ISC | |',
    '| old | 0.1.0 | MIT OR GPL-2.0 | |',
  ]);
  await expect(run(folder, '--check')).resolves.toMatchObject({ stderr: '' });
  await lockWith({ 'node_modules/b': { version: '2.0.1', license: 'ISC' } });
  await expect(run(folder, '--check')).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/out of date/) });
});

test('a package without a licence is an error', async () => {
  await lockWith({ 'node_modules/nobody-knows': { version: '1.0.0' } });
  await expect(run(folder)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/nobody-knows 1\.0\.0/) });
});
