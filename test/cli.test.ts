import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { samplePath } from './golden/drawings.js';
import { run, start } from './support/cli.js';
import { readVideo } from './support/video.js';

test('--help and --version', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toMatch(/vggdraw draw <photo\.\.> +Draw a photo/);
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
  expect(stdout).toMatch(/--preset [^[]*\[default:\s+pencil,\s/);
});

test('nothing to do, said in one line', async () => {
  const result = await run([]);
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(result.stderr).toBe('vggdraw: say what to do: vggdraw PHOTO (vggdraw --help shows how)\n');
});

describe('streams that nobody reads, or that can not be written', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vggdraw-streams-'));
    const preset = { phases: [{ layer: 'block1_conv1', iterations: 30, learningRate: 5 }] };
    await writeFile(join(folder, 'preset.json'), JSON.stringify(preset));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const drawing = [
    'draw',
    samplePath,
    '--size',
    '32',
    '--weights',
    'seeded',
    '--preset',
    'preset.json',
    '-o',
    'out.mp4',
    ...['--fps', '24'],
  ];
  const frames = async () => (await readVideo(join(folder, 'out.mp4'))).frames.length;

  test.each(['stdout', 'stderr'] as const)(
    'the reader of %s leaves: the drawing goes on to its end',
    async (stream) => {
      const { child, finished, printed } = start([...drawing, '--json', '--hold', '0'], { cwd: folder });
      await printed(/"index":1,/);
      child[stream]!.destroy();
      expect(await finished).toMatchObject({ code: 0, signal: null, stderr: expect.not.stringContaining('vggdraw:') });
      expect(await readdir(folder)).toEqual(['out.mp4', 'preset.json']);
      expect(await frames()).toBe(31);
    },
  );

  const testWithFullDisk = existsSync('/dev/full') ? test : test.skip;
  const runOnFull = async (args: string[], full: 'stdout' | 'stderr') => {
    const file = await open('/dev/full', 'w');
    try {
      return await start(args, { cwd: folder, [full]: file.fd }).finished;
    } finally {
      await file.close();
    }
  };

  testWithFullDisk('a report on a full disk: the video is there all the same, and the exit code tells', async () => {
    expect(await runOnFull([...drawing, '--json', '--quiet', '--hold', '0'], 'stdout')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^vggdraw: the report can't be written to stdout: [^\n]*ENOSPC[^\n]*\n$/),
    });
    expect(await frames()).toBe(31);
    expect(await runOnFull(['weights', 'path'], 'stdout')).toMatchObject({ code: 1 });
  });

  testWithFullDisk('messages on a full disk: the exit code is what it would have been', async () => {
    expect(await runOnFull([...drawing, '--hold', '0'], 'stderr')).toMatchObject({ code: 0 });
    expect(await runOnFull(['draw', 'missing.png'], 'stderr')).toMatchObject({ code: 1 });
    expect(await runOnFull(['draw', 'missing.png', '--json'], 'stderr')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('"event":"error"'),
    });
  });
});
