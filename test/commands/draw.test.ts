import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPhoto } from '../../src/image/photo.js';
import { encodePng } from '../../src/image/png.js';
import { findFfmpeg } from '../../src/video/ffmpeg.js';
import { goldenDrawings, goldenPath, goldenTolerance, meanDifference, samplePath } from '../golden/drawings.js';
import { events, run, start } from '../support/cli.js';
import { readVideo } from '../support/video.js';
import { swiftShader, testWithSwiftShader } from '../support/vulkan.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A preset that is quickly drawn. */
const short = {
  phases: [
    { layer: 'block2_conv1', iterations: 3, learningRate: 8 },
    { layer: 'block1_conv2', iterations: 2, learningRate: 5 },
  ],
};
/** One that is not done before it is interrupted. */
const long = { phases: [{ layer: 'block2_conv2', iterations: 5000, learningRate: 8 }] };

async function presetFile(preset: unknown): Promise<string> {
  const path = join(folder, 'preset.json');
  await writeFile(path, JSON.stringify(preset));
  return path;
}

/** What lies in the folder but for what the test put there. */
const leftIn = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name !== 'preset.json').sort();

describe('vggdraw draw', () => {
  test('writes video, picture and frames, and reports each iteration', async () => {
    const args = [
      'draw',
      samplePath,
      '--preset',
      await presetFile(short),
      '--size',
      '53',
      '--weights',
      'seeded',
      '--provider',
      'cpu',
      '--json',
    ];
    const outputs = ['-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames', '--fps', '10', '--hold', '0.45'];
    const result = await run([...args, ...outputs], { cwd: folder });
    expect(result).toMatchObject({ code: 0, signal: null });
    expect(await leftIn()).toEqual(['frames', 'out.mp4', 'still.png']);
    expect(await readdir(join(folder, 'frames'))).toEqual([0, 1, 2, 3, 4, 5].map((i) => `frame-0000${i}.png`));

    const printed = events(result);
    const size = { width: 53, height: 40 };
    expect(printed[0]).toEqual({
      event: 'start',
      size,
      provider: 'cpu',
      weights: 'seeded:1',
      preset: join(folder, 'preset.json'),
      frames: 11,
    });
    const iterations = printed.slice(1, -1);
    expect(iterations.map(({ event, index, phase, layer }) => [event, index, phase, layer])).toEqual([
      ...[1, 2, 3].map((index) => ['iteration', index, 0, 'block2_conv1']),
      ...[4, 5].map((index) => ['iteration', index, 1, 'block1_conv2']),
    ]);
    for (const { loss, ms } of iterations) {
      expect(loss).toBeGreaterThan(0);
      expect(ms).toBeGreaterThan(0);
    }
    expect(printed.at(-1)).toEqual({
      event: 'done',
      output: 'out.mp4',
      still: 'still.png',
      frames: 11,
      seconds: expect.any(Number),
    });

    // 1 blank + 5 iterations + round(0.45 · 10) = 5; the odd width is padded.
    const video = await readVideo(join(folder, 'out.mp4'));
    expect(video).toMatchObject({ width: 54, height: 40, codec: 'h264', pixelFormat: 'yuv420p' });
    expect(video.frames).toHaveLength(11);
    const [blank, finished] = await Promise.all(
      ['frame-00000.png', 'frame-00005.png'].map((name) => readPhoto(join(folder, 'frames', name))),
    );
    expect(blank!.rgb.every((value) => value === 255)).toBe(true);
    expect(await readPhoto(join(folder, 'still.png'))).toEqual(finished);
  });

  test.each(goldenDrawings.filter(({ name }) => /^painting-block[12]/.test(name)))(
    'the golden frame $name comes back out of the video',
    async ({ name, preset }) => {
      const args = ['draw', samplePath, '--preset', await presetFile(preset), '--size', '64', '--weights', 'seeded:1'];
      expect(await run([...args, '-o', 'out.mp4', '--frames', 'frames', '--hold', '1'], { cwd: folder })).toMatchObject(
        { code: 0 },
      );
      const golden = await readPhoto(goldenPath(name));
      const frames = await readdir(join(folder, 'frames'));
      expect(meanDifference(await readPhoto(join(folder, 'frames', frames.at(-1)!)), golden)).toBeLessThan(
        goldenTolerance,
      );
      const video = await readVideo(join(folder, 'out.mp4'));
      // The codec halves the resolution of colours, which at this size and with this much texture costs a few grey levels; another
      // moment of the same drawing is three times as far away.
      expect(meanDifference(video.frames[frames.length - 1]!, golden)).toBeLessThan(8);
      expect(meanDifference(video.frames[0]!, golden)).toBeGreaterThan(20);
    },
  );

  testWithSwiftShader('the golden frame comes out of the video that --provider webgpu made', async () => {
    const { name, preset } = goldenDrawings.find((drawing) => drawing.name === 'painting-block2_conv2')!;
    const args = ['draw', samplePath, '--preset', await presetFile(preset), '--size', '64', '--weights', 'seeded:1'];
    const outputs = ['-o', 'out.mp4', '--frames', 'frames', '--still', 'still.png', '--hold', '1', '--json'];
    const result = await run([...args, ...outputs, '--provider', 'webgpu'], { cwd: folder, env: swiftShader });
    expect(result).toMatchObject({ code: 0 });
    expect(events(result)[0]).toMatchObject({ event: 'start', provider: 'webgpu' });
    const golden = await readPhoto(goldenPath(name));
    const frames = await readdir(join(folder, 'frames'));
    const last = await readPhoto(join(folder, 'frames', frames.at(-1)!));
    expect(meanDifference(last, golden)).toBeLessThan(goldenTolerance);
    // The canvas of the last frame was read back from the device.
    expect(await readPhoto(join(folder, 'still.png'))).toEqual(last);
    const video = await readVideo(join(folder, 'out.mp4'));
    // As from the CPU, above.
    expect(meanDifference(video.frames[frames.length - 1]!, golden)).toBeLessThan(8);
  });

  test('the video has the name of the photo, in the current folder, where it is given none', async () => {
    await copyFile(samplePath, join(folder, 'coast.png'));
    const result = await run(
      ['draw', 'coast.png', '--preset', await presetFile(short), '--size', '32', '--weights', 'seeded'],
      { cwd: folder },
    );
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toMatch(/drawing coast.png at 32×24: preset .*preset.json, weights seeded:1, cpu\n/);
    expect(result.stderr).toMatch(
      /iteration 5\/5, phase 2\/2 block1_conv2, loss [\d.e+]+, [\d.]+ it\/s, 0:00 left\ncoast.mp4 \(5 iterations in /,
    );
    expect(await leftIn()).toEqual(['coast.mp4', 'coast.png']);
  });

  test('folders that do not exist are made', async () => {
    const outputs = ['-o', 'a/b/out.mp4', '--still', 'a/c/still.png', '--frames', 'd/e'];
    const options = ['--preset', await presetFile(short), '--size', '32', '--weights', 'seeded', '--quiet', ...outputs];
    expect(await run(['draw', samplePath, ...options], { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
    for (const path of ['a/b/out.mp4', 'a/c/still.png', 'd/e/frame-00005.png']) {
      expect((await readFile(join(folder, path))).length).toBeGreaterThan(100);
    }
  });

  test('--quiet prints nothing', async () => {
    const result = await run(
      ['draw', samplePath, '--preset', await presetFile(short), '--size', '32', '--weights', 'seeded', '--quiet'],
      { cwd: folder },
    );
    expect(result).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });

  test('--overwrite replaces video, picture and frames, and only those', async () => {
    await mkdir(join(folder, 'frames'));
    for (const name of [
      'out.mp4',
      'still.png',
      'frames/frame-00000.png',
      'frames/frame-00077.png',
      'frames/notes.txt',
    ]) {
      await writeFile(join(folder, name), 'old');
    }
    const args = [
      'draw',
      samplePath,
      '--preset',
      await presetFile(short),
      '--size',
      '32',
      '--weights',
      'seeded',
      '--overwrite',
    ];
    const result = await run([...args, '-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames'], { cwd: folder });
    expect(result).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, 'frames'))).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((i) => `frame-0000${i}.png`),
      'notes.txt',
    ]);
    expect((await readFile(join(folder, 'out.mp4'))).length).toBeGreaterThan(100);
  });
});

describe('Ctrl-C', () => {
  const begin = async (...more: string[]) => {
    const args = [
      'draw',
      samplePath,
      '--preset',
      await presetFile(long),
      '--size',
      '64',
      '--weights',
      'seeded',
      '--json',
    ];
    const running = start(
      [...args, '-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames', '--hold', '0', ...more],
      { cwd: folder },
    );
    await running.printed(/"index":3,/);
    return running;
  };

  test('once: the video of what there is is finished, and the exit code is 130', async () => {
    const { child, finished } = await begin();
    child.kill('SIGINT');
    const result = await finished;
    expect(result).toMatchObject({ code: 130, signal: null });
    expect(result.stderr).toContain('finishing the video of what there is; Ctrl-C again stops at once');
    expect(await leftIn()).toEqual(['frames', 'out.mp4', 'still.png']);
    const { frames } = events(result).at(-1) as { frames: number };
    expect(frames).toBeLessThan(5000);
    expect((await readVideo(join(folder, 'out.mp4'))).frames).toHaveLength(frames);
    expect(await readdir(join(folder, 'frames'))).toHaveLength(frames);
  });

  test('twice: it stops at once and leaves nothing behind', async () => {
    const { child, finished, printed } = await begin();
    child.kill('SIGINT');
    await printed(/finishing the video/);
    child.kill('SIGINT');
    // Ended by the signal, which a shell shows as 130.
    expect(await finished).toMatchObject({ code: null, signal: 'SIGINT' });
    expect(await leftIn()).toEqual([]);
  });

  test('SIGTERM: it stops at once and leaves nothing behind', async () => {
    const { child, finished } = await begin();
    // While it draws, others go first.
    expect(getPriority(child.pid)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    child.kill('SIGTERM');
    expect(await finished).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(await leftIn()).toEqual([]);
  });
});

describe('what is at fault is said in one line, and nothing is left behind', () => {
  const bad: [string, string[], RegExp, (() => Promise<void>)?][] = [
    ['no photo', ['draw'], /a photo is missing/],
    ['no such photo', ['draw', 'missing.jpg'], /missing\.jpg/],
    ['a folder', ['draw', '.'], /folder|directory/],
    ['an empty file', ['draw', 'empty.jpg'], /empty\.jpg.*empty/, () => writeFile(join(folder, 'empty.jpg'), '')],
    ['a text file', ['draw', 'text.jpg'], /text\.jpg/, () => writeFile(join(folder, 'text.jpg'), 'dear diary')],
    [
      'a picture of one pixel',
      ['draw', 'dot.png'],
      /1×1 pixels when drawn, but block5_conv2 needs 16/,
      async () =>
        writeFile(join(folder, 'dot.png'), await encodePng({ width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) })),
    ],
    [
      'a side too short for the network',
      ['draw', samplePath, '--size', '20'],
      /20×15 pixels when drawn, but block5_conv2 needs 16/,
    ],
    ['an unknown flag', ['draw', samplePath, '--sise', '20'], /there is no option --sise; did you mean --size\?/],
    ['an unknown command', ['paint', samplePath], /there is no command 'paint'/],
    ['a size that is no number', ['draw', samplePath, '--size', 'big'], /--size: expected a number, not 'big'/],
    ['a size of nothing', ['draw', samplePath, '--size', '0'], /--size: /],
    ['a rate of nothing', ['draw', samplePath, '--fps', '0'], /--fps: /],
    ['a negative time', ['draw', samplePath, '--hold=-1'], /--hold: /],
    ['no threads', ['draw', samplePath, '--threads', '0'], /--threads: /],
    ['memory that is no size', ['draw', samplePath, '--memory', 'much'], /--memory: expected bytes with a unit.*4G/],
    [
      'too little memory',
      ['draw', samplePath, '--memory', '200M', '--provider', 'cpu', '--frames', 'frames'],
      /block5_conv2 at 512×384 pixels takes \d+M of memory at the least, and 200M may be used; .*smaller size/,
    ],
    ['an unknown provider', ['draw', samplePath, '--provider', 'abacus'], /provider.*abacus/],
    ['an unknown preset', ['draw', samplePath, '--preset', 'oil'], /no preset 'oil'/],
    [
      'an unknown layer',
      ['draw', samplePath, '--preset', 'p.json'],
      /preset p\.json: phases\[0\]\.layer: unknown layer 'conv9_9'/,
      () => writeFile(join(folder, 'p.json'), '{"phases":[{"layer":"conv9_9","iterations":1,"learningRate":1}]}'),
    ],
    [
      'a preset that is no JSON',
      ['draw', samplePath, '--preset', 'p.json'],
      /preset p\.json: it is not JSON: /,
      () => writeFile(join(folder, 'p.json'), '{phases'),
    ],
    ['no such weights', ['draw', samplePath, '--weights', 'missing.h5'], /--weights: there is no file 'missing\.h5'/],
    [
      'weights that are no HDF5',
      ['draw', samplePath, '--weights', 'w.h5'],
      /w\.h5/,
      () => writeFile(join(folder, 'w.h5'), 'not weights'),
    ],
    ['a video that is no MP4', ['draw', samplePath, '-o', 'out.gif'], /--output: the video is an MP4/],
    ['a picture that is no PNG', ['draw', samplePath, '--still', 'out.jpg'], /--still: the picture is a PNG/],
    [
      'a folder that can not be written',
      ['draw', samplePath, '-o', '/proc/out.mp4'],
      /--output: the folder \/proc can't be written/,
    ],
    [
      'a video that exists',
      ['draw', samplePath, '-o', 'out.mp4'],
      /--output: out\.mp4 exists; add --overwrite/,
      () => writeFile(join(folder, 'out.mp4'), 'mine'),
    ],
    [
      'frames that exist',
      ['draw', samplePath, '--frames', '.'],
      /--frames: \. has frames in it/,
      () => writeFile(join(folder, 'frame-00003.png'), 'mine'),
    ],
    [
      'frames into a file',
      ['draw', samplePath, '--frames', 'file'],
      /--frames: file is not a folder/,
      () => writeFile(join(folder, 'file'), 'mine'),
    ],
  ];

  test.each(bad.map(([name, args, message, prepare]) => ({ name, args, message, prepare })))(
    '$name',
    async ({ args, message, prepare }) => {
      await prepare?.();
      const before = await readdir(folder);
      const result = await run(args, { cwd: folder });
      expect(result.stderr).toMatch(message);
      expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(await readdir(folder)).toEqual(before);
    },
  );

  test('the photo itself as the video is not overwritten', async () => {
    await copyFile(samplePath, join(folder, 'photo.mp4'));
    const result = await run(['draw', 'photo.mp4', '--overwrite'], { cwd: folder });
    expect(result).toMatchObject({ code: 1 });
    expect(result.stderr).toMatch(/photo\.mp4 is the photo itself/);
  });

  test('a loss that is not finite: at which iteration', async () => {
    const preset = {
      canvas: { lower: -1e38, upper: 1e38 },
      phases: [{ layer: 'block1_conv2', iterations: 9, learningRate: 1e37 }],
    };
    const result = await run(
      ['draw', samplePath, '--preset', await presetFile(preset), '--size', '32', '--weights', 'seeded', '--quiet'],
      { cwd: folder },
    );
    expect(result).toMatchObject({ code: 1 });
    expect(result.stderr).toMatch(
      /^vggdraw: the loss became (Infinity|NaN) at iteration 2 \(2 of 9 at block1_conv2\); [^\n]+\n$/,
    );
    expect(await leftIn()).toEqual([]);
  });

  test('with --json it is an event too', async () => {
    const result = await run(['draw', 'missing.jpg', '--json'], { cwd: folder });
    expect(result.code).toBe(1);
    expect(events(result)).toEqual([{ event: 'error', message: expect.stringContaining('missing.jpg') }]);
  });

  test('--debug shows where', async () => {
    const result = await run(['draw', 'missing.jpg', '--debug'], { cwd: folder });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/\n\s+at /);
  });
});

describe('ffmpeg', () => {
  const draw = async (ffmpeg: string) =>
    run(['draw', samplePath, '--preset', await presetFile(short), '--size', '64', '--weights', 'seeded', '--quiet'], {
      cwd: folder,
      env: { FFMPEG_PATH: ffmpeg },
    });

  test('that is not there', async () => {
    const result = await draw(join(folder, 'no-ffmpeg'));
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^vggdraw: FFMPEG_PATH: .*no-ffmpeg does not exist[^\n]*\n$/);
    expect(await leftIn()).toEqual([]);
  });

  test('that dies midway', async () => {
    // A real one to every question; as an encoder it begins a file, takes a few bytes and dies.
    const path = join(folder, 'ffmpeg');
    const die = `for last; do :; done; echo begun > "$last"; head -c 30000 > /dev/null; echo 'No space left on device' >&2; exit 1`;
    const script = `#!/bin/sh\ncase "$*" in *rawvideo*) ${die};; *) exec '${await findFfmpeg()}' "$@";; esac\n`;
    await writeFile(path, script);
    await chmod(path, 0o755);
    const result = await draw(path);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/^vggdraw: can't write the video [^\n]*No space left on device[^\n]*\n$/);
    expect(await leftIn()).toEqual(['ffmpeg']);
  });
});
