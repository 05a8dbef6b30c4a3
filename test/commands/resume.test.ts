/** Drawings that are interrupted, as a person goes on with them. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { samplePath } from '../golden/drawings.js';
import { events, run, start } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vggdraw-resume-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const preset = (iterations: number) => ({
  phases: [
    { layer: 'block1_conv2', iterations: 4, learningRate: 8 },
    { layer: 'block1_conv1', iterations, learningRate: 5, keepOptimizer: true },
  ],
});
const outputs = ['-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames', '--seconds', '1', '--hold', '0.1'];
const how = ['--size', '32', '--weights', 'contour', '--provider', 'cpu', '--threads', '1', '--preset', 'mine.json'];
const drawing = ['draw', 'photo.png', ...how, ...outputs];
const kept = ['out.mp4.checkpoint', 'out.mp4.checkpoint.frames'];

/** A folder with a photo and a preset of so many iterations. */
async function prepared(name: string, iterations: number): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  await copyFile(samplePath, join(folder, 'photo.png'));
  await writeFile(join(folder, 'mine.json'), JSON.stringify(preset(iterations)));
  return folder;
}

/** A drawing that ffmpeg keeps from being finished: it is all drawn, and kept. */
async function unfinished(name: string): Promise<string> {
  const folder = await prepared(name, 3);
  const ffmpeg = join(folder, 'ffmpeg');
  await writeFile(ffmpeg, '#!/bin/sh\n[ "$2" = -encoders ] && echo " V..... libx264" || cat > /dev/null\n', {
    mode: 0o755,
  });
  const args = [...drawing, '--checkpoint-every', '0'];
  const { code, stderr } = await runInTurn(args, { cwd: folder, env: { FFMPEG_PATH: ffmpeg } });
  expect(stderr).toMatch(
    /^vggdraw: .*; still\.png and frames are whole; what is drawn so far is kept in out\.mp4\.checkpoint$/m,
  );
  expect(code).toBe(1);
  await rm(ffmpeg);
  return folder;
}

describe('a drawing that was killed', () => {
  let folder: string;
  let reference: string;
  beforeAll(async () => {
    reference = await prepared('reference', 60);
    expect(await runInTurn([...drawing, '--quiet'], { cwd: reference })).toMatchObject({ code: 0, stderr: '' });
    folder = await prepared('killed', 60);
    const { child, finished, printed } = start([...drawing, '--open', '--checkpoint-every', '0', '--json'], {
      cwd: folder,
    });
    await printed(/"index":8,/);
    child.kill('SIGKILL');
    await finished;
    expect(await readdir(folder)).toEqual(expect.arrayContaining(kept));
  });

  test('is not begun anew by mistake', async () => {
    expect(await runInTurn(drawing, { cwd: folder })).toMatchObject({
      code: 1,
      stderr:
        'vggdraw: out.mp4.checkpoint is of a drawing that is not finished; --resume goes on with it, --overwrite begins anew\n',
    });
  });

  test('goes on from anywhere, in a folder that was moved, after its preset has become another one; and is the same', async () => {
    const moved = join(root, 'moved');
    await rename(folder, moved);
    await writeFile(join(moved, 'mine.json'), '{}');
    const env = { DISPLAY: '', WAYLAND_DISPLAY: '', WSL_DISTRO_NAME: '' };
    const result = await run(['resume', join('moved', kept[0]!), '--json'], { cwd: root, env });
    expect(result).toMatchObject({ code: 0 });
    // Nobody has asked for it here.
    expect(result.stderr).not.toContain('opened');
    const [begun, first, ...others] = events(result);
    expect(begun).toMatchObject({ event: 'start', resumed: expect.any(Number), frames: 33 });
    const { resumed } = begun as { resumed: number };
    expect(resumed).toBeGreaterThanOrEqual(7);
    expect(first).toMatchObject({ event: 'iteration', index: resumed + 1 });
    expect(others.at(-1)).toMatchObject({ event: 'done', output: 'out.mp4', frames: 33 });
    expect(result.stderr).toContain(`going on after iteration ${resumed}\n`);
    expect((await readdir(moved)).sort()).toEqual(['frames', 'mine.json', 'out.mp4', 'photo.png', 'still.png']);
    const frames = await readdir(join(reference, 'frames'));
    expect(await readdir(join(moved, 'frames'))).toEqual(frames);
    for (const path of ['still.png', ...frames.map((name) => join('frames', name))]) {
      expect([path, (await readFile(join(moved, path))).equals(await readFile(join(reference, path)))]).toEqual([
        path,
        true,
      ]);
    }
  });
});

describe('a checkpoint', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await unfinished('refused');
  });
  const resumed = async (args: readonly string[]) => {
    const before = await readdir(folder);
    const result = await runInTurn(args, { cwd: folder });
    expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(await readdir(folder)).toEqual(before);
    return result.stderr;
  };
  const anew = [...drawing, '--resume', '--overwrite'];

  test('replaces no output that is there', async () => {
    expect(await resumed(['resume', kept[0]!])).toBe(
      'vggdraw: --still: still.png exists; add --overwrite to replace it\n',
    );
  });

  test.each([
    ['way to compute', ['--exact'], /^vggdraw: --resume: the checkpoint is of a drawing without --exact; /],
    ['place', ['--no-checkpoint'], /^vggdraw: --resume: it goes on from a checkpoint; leave out --no-checkpoint/],
  ])('goes on in no other %s', async (_, more, message) => {
    expect(await resumed([...anew, ...more])).toMatch(message);
  });

  test('is nothing to go on from without its frames, or its photo, or when it is cut', async () => {
    const [checkpoint, frames] = await Promise.all(kept.map((name) => readFile(join(folder, name))));
    const going = ['resume', kept[0]!, '--overwrite'];
    await writeFile(join(folder, kept[1]!), frames!.subarray(0, -1));
    expect(await resumed(going)).toMatch(
      /^vggdraw: file: out\.mp4\.checkpoint is nothing without out\.mp4\.checkpoint\.frames, which is not there or cut; /,
    );
    await writeFile(join(folder, kept[1]!), frames!);
    await rename(join(folder, 'photo.png'), join(folder, 'other.png'));
    expect(await resumed(going)).toMatch(/^vggdraw: can't read photo\.png: there is no such file/);
    await rename(join(folder, 'other.png'), join(folder, 'photo.png'));
    await writeFile(join(folder, kept[0]!), checkpoint!.subarray(0, -1));
    expect(await resumed(going)).toMatch(/^vggdraw: file: out\.mp4\.checkpoint is cut or damaged; /);
    await writeFile(join(folder, kept[0]!), checkpoint!);
    expect(await resumed(['resume', 'none'])).toMatch(/^vggdraw: file: none is not there, or no file; /);
  });

  // The last one: then it is gone.
  test('of a drawing whose files failed makes them once more, and draws nothing', async () => {
    const result = await runInTurn(['resume', kept[0]!, '--overwrite', '--json'], { cwd: folder });
    expect(events(result).map(({ event }) => event)).toEqual(['start', 'done']);
    expect((await readdir(folder)).sort()).toEqual(['frames', 'mine.json', 'out.mp4', 'photo.png', 'still.png']);
  });
});

test('--resume begins where there is nothing to go on from, and --no-checkpoint keeps nothing', async () => {
  const folder = await prepared('anew', 2);
  expect(await runInTurn([...drawing, '--resume', '--quiet'], { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
  const args = [...drawing, '--overwrite', '--no-checkpoint', '--json'];
  const { child, finished, printed } = start(args, { cwd: folder });
  await printed(/"index":1,/);
  child.kill('SIGINT');
  await finished;
  expect((await readdir(folder)).filter((name) => name.includes('checkpoint'))).toEqual([]);
});

test('a video whose name leaves no room for that of a checkpoint is drawn without one, and one that is named is refused', async () => {
  const folder = await prepared('long', 2);
  const video = `${'n'.repeat(236)}.mp4`;
  const drawn = await runInTurn(['draw', 'photo.png', ...how, '-o', video, '--quiet'], { cwd: folder });
  expect(drawn.stderr).toMatch(
    /^vggdraw: checkpoint: the name n.* is too long for the file system; .*; the drawing goes on without checkpoints\n$/,
  );
  expect(drawn.code).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(['mine.json', video, 'photo.png']);
  const named = ['draw', 'photo.png', ...how, '-o', 'a.mp4', '--checkpoint', 'n'.repeat(250)];
  expect(await runInTurn(named, { cwd: folder })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^vggdraw: --checkpoint: the name n/),
  });
});

describe('what is there and no checkpoint of ours', () => {
  const named = (checkpoint: string, ...more: string[]) =>
    ['draw', 'photo.png', ...how, '-o', 'a.mp4', '--checkpoint', checkpoint, ...more] as const;

  test('is never taken for one, and never replaced', async () => {
    const folder = await prepared('foreign', 2);
    for (const [name, bytes] of [
      ['thesis.txt', 'x'],
      ['empty', ''],
      ['golden', '\u0008\0\0\0\0\0\0\0{}      '],
    ] as const) {
      await writeFile(join(folder, name), bytes);
      for (const more of [[], ['--overwrite']]) {
        expect(await runInTurn(named(name, ...more), { cwd: folder })).toMatchObject({
          code: 1,
          stderr: `vggdraw: --checkpoint: ${name} is there and no checkpoint of a drawing; choose another name\n`,
        });
      }
      expect(await readFile(join(folder, name), 'utf8')).toBe(bytes);
    }
    for (const [name, is] of [
      ['photo.png', 'the photo'],
      ['mine.json', 'the preset'],
    ] as const) {
      expect(await runInTurn(named(name, '--overwrite'), { cwd: folder })).toMatchObject({
        code: 1,
        stderr: `vggdraw: --checkpoint: ${name} is ${is} itself; choose another\n`,
      });
    }
    expect((await readdir(folder)).sort()).toEqual(['empty', 'golden', 'mine.json', 'photo.png', 'thesis.txt']);
  });

  test('but a checkpoint that is cut is one, and is begun anew where one says so', async () => {
    const folder = await unfinished('cut');
    const path = join(folder, kept[0]!);
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    expect((await runInTurn(drawing, { cwd: folder })).stderr).toMatch(/ is of a drawing that is not finished; /);
    expect(await runInTurn([...drawing, '--overwrite', '--quiet'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(await readdir(folder)).not.toEqual(expect.arrayContaining([kept[0]]));
  });

  test('frames without a checkpoint are not replaced unless one says so', async () => {
    const folder = await prepared('frames-alone', 2);
    const frames = join(folder, 'own.frames');
    await writeFile(frames, 'x');
    expect(await runInTurn(named('own'), { cwd: folder })).toMatchObject({
      code: 1,
      stderr: 'vggdraw: --checkpoint: own.frames exists; add --overwrite to replace it\n',
    });
    // Nobody has named that one: then there is none.
    await rename(frames, join(folder, 'a.mp4.checkpoint.frames'));
    const drawn = await runInTurn(['draw', 'photo.png', ...how, '-o', 'a.mp4', '--quiet'], { cwd: folder });
    expect(drawn.stderr).toMatch(/^vggdraw: .*a\.mp4\.checkpoint\.frames exists; .*; the drawing goes on without/);
    expect(drawn.code).toBe(0);
    expect(await readFile(join(folder, 'a.mp4.checkpoint.frames'), 'utf8')).toBe('x');
    expect(await runInTurn([...named('a.mp4.checkpoint', '--overwrite'), '--quiet'], { cwd: folder })).toMatchObject({
      code: 0,
    });
    expect((await readdir(folder)).sort()).toEqual(['a.mp4', 'mine.json', 'photo.png']);
  });
});
