import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { samplePath } from './golden/drawings.js';
import { run, start } from './support/cli.js';

test('--help and --version', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toMatch(/vggdraw draw <photo> +Draw a photo/);
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test('draw --help names every option of the README with its default', async () => {
  const { stdout } = await run(['draw', '--help']);
  const readme = await readFile('README.md', 'utf8');
  const flags = [...readme.matchAll(/^\| (?:`-o`, )?`(--[a-z]+)/gm)].map(([, flag]) => flag!);
  expect(flags.length).toBeGreaterThan(10);
  for (const flag of flags) expect(stdout).toContain(flag);
  expect(stdout).toMatch(/--size .*\[default: 512\]/);
  expect(stdout).toMatch(/--preset .*\[default: "painting"\]/);
});

test('nothing to do, said in one line', async () => {
  const result = await run([]);
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(result.stderr).toBe('vggdraw: say what to do: vggdraw draw PHOTO (vggdraw --help shows how)\n');
});

test('whoever reads the output may leave: the work ends, and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-pipe-'));
  try {
    const args = ['draw', samplePath, '--size', '64', '--weights', 'seeded', '--json', '-o', 'out.mp4'];
    const { child, finished, printed } = start(args, { cwd: folder });
    await printed(/"index":1,/);
    child.stdout!.destroy();
    expect(await finished).toMatchObject({ signal: 'SIGTERM', stderr: expect.not.stringContaining('vggdraw:') });
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
