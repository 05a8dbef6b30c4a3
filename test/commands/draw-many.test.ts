/** Several photos in one command; and one that comes on stdin, with its video on stdout. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { readPhoto } from '../../src/image/photo.js';
import { events, run, start } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { readVideo } from '../support/video.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-many-'));
  await mkdir(join(folder, 'photos'));
  await writePhoto('photos/a.png', 90);
  await writePhoto('photos/b.png', 160);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writePhoto(name: string, shade: number): Promise<void> {
  const rgb = Uint8Array.from({ length: 3 * 16 * 16 }, (_, i) => (i * shade) & 255);
  await writeFile(join(folder, name), await encodePng({ width: 16, height: 16, rgb }));
}

/** Options of a drawing with so many iterations. */
async function options(iterations: number): Promise<string[]> {
  await writeFile(
    join(folder, 'preset.json'),
    JSON.stringify({ phases: [{ layer: 'block1_conv2', iterations, learningRate: 5 }] }),
  );
  return ['--preset', 'preset.json', '--weights', 'contour', '--provider', 'cpu', '--fps', '10', '--hold', '0'];
}
const filesIn = async (name: string) => (await readdir(join(folder, name))).sort();

test('each is drawn as by itself, what fails is said at the end, and what is there may be skipped', async () => {
  const drawn = await options(3);
  await writeFile(join(folder, 'photos/broken.jpg'), 'no photo');
  const all = await run(['draw', 'photos', 'gone.png', '-o', 'out/', '--still', '.png', ...drawn], { cwd: folder });
  expect(all.stderr.replaceAll(/[\d.]+ s\b/g, 'N s').split('\n')).toEqual([
    'drawing 4 photos: preset preset.json, weights contour:1, cpu',
    '1/4 photos/a.png: out/a.mp4, out/a.png (3 iterations in N s)',
    '2/4 photos/b.png: out/b.mp4, out/b.png (3 iterations in N s)',
    '3/4 photos/broken.jpg: failed',
    '4/4 gone.png: failed',
    '2 drawn, 0 skipped, 2 failed in N s',
    expect.stringMatching(/^vggdraw: photos\/broken\.jpg: can't read photos\/broken\.jpg: it is not a picture;/),
    "vggdraw: gone.png: can't read gone.png: there is no such file; check the name",
    '',
  ]);
  expect(all).toMatchObject({ code: 1, stdout: '' });
  expect(await filesIn('out')).toEqual(['a.mp4', 'a.png', 'b.mp4', 'b.png']);

  const alone = await runInTurn(['draw', 'photos/b.png', '--still', 'b.png', ...drawn, '--quiet'], { cwd: folder });
  expect(alone).toMatchObject({ code: 0, stderr: '' });
  expect(await readPhoto(join(folder, 'out/b.png'))).toEqual(await readPhoto(join(folder, 'b.png')));

  await rm(join(folder, 'photos/broken.jpg'));
  await rm(join(folder, 'out/b.mp4'));
  const again = await runInTurn(['draw', 'photos', '-o', 'out/', '--skip-existing', ...drawn, '--json'], {
    cwd: folder,
  });
  expect(again.code).toBe(0);
  expect(events(again).map(({ event, photo }) => [event, photo])).toEqual([
    ['skipped', 'photos/a.png'],
    ['start', 'photos/b.png'],
    ...[1, 2, 3].map(() => ['iteration', 'photos/b.png']),
    ['done', 'photos/b.png'],
    ['finished', undefined],
  ]);
  expect(events(again).at(-1)).toMatchObject({ drawn: 1, skipped: 1, failed: 0, left: [] });
});

test('Ctrl-C finishes the video at hand, and the others are gone on with later', async () => {
  const drawn = await options(100);
  const args = ['draw', 'photos', '-o', 'out/', ...drawn, '--json'];
  const { child, printed, finished } = start(args, { cwd: folder });
  await printed(/"index":3,/);
  child.kill('SIGINT');
  const stopped = await finished;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/\nnot drawn: photos\/b\.png\nthe same command with --resume --overwrite goes on\n$/);
  expect(await filesIn('out')).toEqual(['a.mp4', 'a.mp4.checkpoint', 'a.mp4.checkpoint.frames']);
  expect((await readVideo(join(folder, 'out/a.mp4'))).frames.length).toBeLessThan(101);

  const gone = await runInTurn([...args, '--resume', '--overwrite'], { cwd: folder });
  expect(gone.code).toBe(0);
  const begun = events(gone).filter(({ event }) => event === 'start');
  expect(begun).toEqual([
    expect.objectContaining({ photo: 'photos/a.png', resumed: expect.any(Number) }),
    expect.not.objectContaining({ resumed: expect.anything() }),
  ]);
  expect(await filesIn('out')).toEqual(['a.mp4', 'b.mp4']);
});

test('a photo on stdin becomes a video on stdout, and nothing else does', async () => {
  const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
  const input = await readFile(join(folder, 'photos/a.png'));
  const given = ['draw', '-', '-o', '-', ...(await options(3))];
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...given], { cwd: folder, input });
  expect([status, stderr.toString()]).toEqual([0, expect.stringMatching(/\nstdout \(3 iterations in [\d.]+ s\)\n$/)]);
  await writeFile(join(folder, 'video.mp4'), stdout);
  expect((await readVideo(join(folder, 'video.mp4'))).frames).toHaveLength(4);
  expect(await filesIn('.')).toEqual(['photos', 'preset.json', 'video.mp4']);
});
