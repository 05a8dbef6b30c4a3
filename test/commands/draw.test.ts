import { chmod, copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { encodePng } from '../../src/image/encode-png.js';
import { readPhoto } from '../../src/image/photo.js';
import { fitLongestSide } from '../../src/image/resize.js';
import { findFfmpeg } from '../../src/video/ffmpeg.js';
import {
  goldenDrawings,
  goldenPath,
  goldenPhotoPath,
  goldenTolerance,
  meanDifference,
  samplePath,
} from '../golden/drawings.js';
import { events, run, start } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
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

/** The arguments of a drawing of the sample that is quickly done. */
const sampleArgs = async (side = 32, preset: unknown = short): Promise<string[]> => [
  ...['draw', samplePath, '--preset', await presetFile(preset), '--size', String(side), '--weights', 'seeded'],
];

/** What lies in the folder but for what the test put there. */
const leftIn = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name !== 'preset.json').sort();

describe('vggdraw draw', () => {
  test('writes video, picture and frames, and reports each iteration', async () => {
    const args = [...(await sampleArgs(53)), '--provider', 'cpu', '--json'];
    const outputs = ['-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames', '--fps', '10', '--hold', '0.45'];
    const env = { DISPLAY: '', WAYLAND_DISPLAY: '', WSL_DISTRO_NAME: '' };
    const result = await run([...args, ...outputs, '--open'], { cwd: folder, env });
    expect(result).toMatchObject({ code: 0, signal: null });
    if (process.platform === 'linux')
      expect(result.stderr).toMatch(/\nout\.mp4 is not opened: there is no display here\n$/);
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
      endedEarly: false,
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

  test.each(goldenDrawings.filter(({ name }) => /^layers-block[12]/.test(name)))(
    'the golden frame $name comes back out of the video',
    async ({ name, preset }) => {
      const args = ['draw', goldenPhotoPath, '--preset', await presetFile(preset), '--weights', 'seeded:1'];
      expect(
        await runInTurn([...args, '-o', 'out.mp4', '--frames', 'frames', '--fps', '24', '--hold', '1'], {
          cwd: folder,
        }),
      ).toMatchObject({ code: 0 });
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

  testWithSwiftShader('with --provider webgpu it draws the same', async () => {
    // SwiftShader takes seconds for each iteration.
    const args = await sampleArgs(32, { phases: [{ ...short.phases[1], iterations: 2 }] });
    const outputs = [
      '-o',
      'out.mp4',
      '--frames',
      'frames',
      '--still',
      'still.png',
      '--fps',
      '24',
      '--hold',
      '1',
      '--json',
    ];
    const result = await run([...args, ...outputs, '--provider', 'webgpu'], { cwd: folder, env: swiftShader });
    expect(result).toMatchObject({ code: 0 });
    expect(events(result)[0]).toMatchObject({ event: 'start', provider: 'webgpu' });
    const onCpu = ['--provider', 'cpu', '-o', 'cpu.mp4', '--frames', 'cpu'];
    expect(await runInTurn([...args, ...onCpu], { cwd: folder })).toMatchObject({ code: 0 });
    const [first, last, wanted] = await Promise.all(
      ['frames/frame-00000.png', 'frames/frame-00002.png', 'cpu/frame-00002.png'].map((name) =>
        readPhoto(join(folder, name)),
      ),
    );
    expect(meanDifference(last!, wanted!)).toBeLessThan(goldenTolerance);
    expect(meanDifference(last!, first!)).toBeGreaterThan(2);
    // The canvas of the last frame was read back from the device.
    expect(await readPhoto(join(folder, 'still.png'))).toEqual(last);
    const video = await readVideo(join(folder, 'out.mp4'));
    // The codec's error, as above.
    expect(meanDifference(video.frames[2]!, last!)).toBeLessThan(8);
  });

  test('in the style of two pictures, with the photo’s colours', async () => {
    await copyFile(goldenPhotoPath, join(folder, 's:1.png'));
    const styled = { phases: [{ ...short.phases[1]!, style: { block1_conv1: 1 }, iterations: 2 }] };
    const args = ['draw', samplePath, '--size', '32', '--weights', 'seeded', '--preset', await presetFile(styled)];
    const styles = ['--style', './s:1.png:2', `--style=${samplePath}`, '--style-size', '40', '--style-weight', '3'];
    const result = await runInTurn(
      [...args, ...styles, '--keep-colours', '-o', 'out.mp4', '--frames', 'frames', '--still', 's.png'],
      {
        cwd: folder,
      },
    );
    expect(result).toMatchObject({ code: 0 });
    const [blank, last, still, photo] = await Promise.all([
      readPhoto(join(folder, 'frames', 'frame-00000.png')),
      readPhoto(join(folder, 'frames', 'frame-00002.png')),
      readPhoto(join(folder, 's.png')),
      readPhoto(samplePath),
    ]);
    expect(blank.rgb.every((value) => value === 255)).toBe(true);
    expect(still).toEqual(last);
    expect(photo.width).toBeGreaterThan(32);
    // Colours: more than rounding makes.
    const chroma = last.rgb.filter((value, i) => Math.abs(value - last.rgb[i - (i % 3)]!) > 2);
    expect(chroma.length).toBeGreaterThan(last.rgb.length / 20);
  });

  test('the drawing takes eight seconds of the video, and what is finished two more', async () => {
    const result = await runInTurn([...(await sampleArgs()), '--json', '-o', 'out.mp4', '--frames', 'frames'], {
      cwd: folder,
    });
    expect(events(result)[0]).toMatchObject({ frames: 300 });
    expect(events(result).at(-1)).toMatchObject({ frames: 300 });
    const video = await readVideo(join(folder, 'out.mp4'));
    expect(video.frames).toHaveLength(300);
    const drawn = await Promise.all([0, 1, 5].map((i) => readPhoto(join(folder, 'frames', `frame-0000${i}.png`))));
    // Six frames over 240: the second one is at a fifth of the way. The codec's error, as above.
    for (const [i, at] of [0, 239 / 5, 239].entries()) {
      expect(meanDifference(video.frames[Math.round(at)]!, drawn[i]!)).toBeLessThan(8);
    }
  });

  test('--seconds sets how long it takes, with --fps at so many frames per second', async () => {
    for (const [options, frames] of [
      [['--seconds', '1.5', '--hold', '1'], 45 + 30],
      [['--seconds', '1.5', '--fps', '60', '--hold', '1'], 90 + 60],
    ] as const) {
      const result = await runInTurn([...(await sampleArgs()), ...options, '--json', '-o', 'out.mp4', '--overwrite'], {
        cwd: folder,
      });
      expect(events(result)[0]).toMatchObject({ frames });
      expect((await readVideo(join(folder, 'out.mp4'))).frames).toHaveLength(frames);
    }
  });

  test.each([
    ['the photo', 'photo', 0],
    ['noise round its paper', 'noise', 10],
  ])('a drawing may begin with %s', async (_, start, difference) => {
    const preset = { ...short, canvas: { start, paper: '#808080' } };
    const args = [...(await sampleArgs(32, preset)), '--seconds', '1'];
    expect(await runInTurn([...args, '-o', 'out.mp4', '--frames', 'frames'], { cwd: folder })).toMatchObject({
      code: 0,
    });
    const first = await readPhoto(join(folder, 'frames', 'frame-00000.png'));
    const begun =
      start === 'photo'
        ? await fitLongestSide(await readPhoto(samplePath), 32)
        : { ...first, rgb: new Uint8Array(first.rgb.length).fill(128) };
    // The mean distance of what lies evenly within 20 levels on either side.
    expect(Math.abs(meanDifference(first, begun) - difference)).toBeLessThan(0.5);
  });

  test('the video has the name of the photo, in the current folder, where it is given none', async () => {
    await copyFile(samplePath, join(folder, 'apples.png'));
    const result = await runInTurn(
      ['draw', 'apples.png', '--preset', await presetFile(short), '--size', '32', '--weights', 'seeded'],
      { cwd: folder },
    );
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toMatch(/drawing apples.png at 32×24: preset .*preset.json, weights seeded:1, cpu\n/);
    expect(result.stderr).toMatch(
      /iteration 5\/5, phase 2\/2 block1_conv2, loss [\d.e+]+, [\d.]+ it\/s, 0:00 left\napples.mp4 \(5 iterations in /,
    );
    expect(await leftIn()).toEqual(['apples.mp4', 'apples.png']);
  });

  test('--quiet prints nothing', async () => {
    const result = await runInTurn([...(await sampleArgs()), '--quiet'], { cwd: folder });
    expect(result).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });

  test('--overwrite replaces video, picture and frames', async () => {
    await mkdir(join(folder, 'frames'));
    for (const name of [
      'out.mp4',
      'still.png',
      'frames/frame-00000.png',
      'frames/frame-00077.png',
      'frames/.DS_Store',
    ]) {
      await writeFile(join(folder, name), 'old');
    }
    const args = [...(await sampleArgs()), '--overwrite'];
    const result = await runInTurn([...args, '-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames'], {
      cwd: folder,
    });
    expect(result).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, 'frames'))).toEqual([0, 1, 2, 3, 4, 5].map((i) => `frame-0000${i}.png`));
    expect(await leftIn()).toEqual(['frames', 'out.mp4', 'still.png']);
    expect((await readFile(join(folder, 'out.mp4'))).length).toBeGreaterThan(100);
  });
});

/** What a drawing that is not finished is kept in. */
const kept = ['out.mp4.checkpoint', 'out.mp4.checkpoint.frames'];

describe('Ctrl-C', () => {
  const begin = async (...more: string[]) => {
    const args = [...(await sampleArgs(64, long)), '--json'];
    const running = start(
      [...args, '-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames', '--fps', '24', '--hold', '0', ...more],
      { cwd: folder },
    );
    await running.printed(/"index":3,/);
    return running;
  };

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'once: the video of what there is is finished, with 130: %s',
    async (signal) => {
      const { child, finished } = await begin();
      // While it draws, others go first.
      expect(getPriority(child.pid)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
      child.kill(signal);
      const result = await finished;
      expect(result).toMatchObject({ code: 130, signal: null });
      expect(result.stderr).toContain('finishing the video of what there is; Ctrl-C again stops at once');
      expect(result.stderr).toContain('to go on with it: vggdraw resume out.mp4.checkpoint --overwrite');
      expect(result.stderr).toMatch(/^out\.mp4, still\.png, frames \(ended early: \d+ iterations in [\d.]+ s\)$/m);
      expect(events(result).at(-1)).toMatchObject({ event: 'done', endedEarly: true, checkpoint: kept[0] });
      expect(await leftIn()).toEqual(['frames', 'out.mp4', ...kept, 'still.png']);
      const { frames } = events(result).at(-1) as { frames: number };
      expect(frames).toBeLessThan(5000);
      expect((await readVideo(join(folder, 'out.mp4'))).frames).toHaveLength(frames);
      expect(await readdir(join(folder, 'frames'))).toHaveLength(frames);
    },
  );

  test('once, with a video of a given length: as much of it as was drawn, at its pace', async () => {
    const running = start([...(await sampleArgs(64, long)), '--json', '-o', 'out.mp4', '--hold', '1'], { cwd: folder });
    await running.printed(/"index":60,/);
    running.child.kill('SIGINT');
    const result = await running.finished;
    expect(result).toMatchObject({ code: 130, signal: null });
    const [done, last] = events(result).reverse() as [{ frames: number }, { index: number }];
    // 5,001 frames over 240, the last that was drawn, and a second of what it came to.
    const evenly = Math.floor((last.index * 239) / 5000) + 1;
    expect([evenly, evenly + 1]).toContain(done.frames - 30);
    expect((await readVideo(join(folder, 'out.mp4'))).frames).toHaveLength(done.frames);
  });

  test('twice: it stops at once and leaves nothing half-written behind', async () => {
    const { child, finished, printed } = await begin();
    child.kill('SIGINT');
    await printed(/finishing the video/);
    child.kill('SIGINT');
    const result = await finished;
    expect([result.code, result.signal]).toEqual(endedBy(result.signal));
    expect(result.stderr).not.toContain('fault');
    expect((await leftIn()).filter((name) => !kept.includes(name))).toEqual([]);
  });

  test('before there is anything to finish: it ends', async () => {
    const presetPath = await presetFile(long);
    const args = ['draw', samplePath, '--preset', presetPath, '--size', '64', '--weights', 'seeded'];
    const ffmpeg = join(folder, 'ffmpeg');
    // It is asked what it can when the first frame is there.
    await writeFile(ffmpeg, '#!/bin/sh\necho asked >&2; touch asked; sleep 60; true');
    await chmod(ffmpeg, 0o755);
    const running = start([...args, '-o', 'made/out.mp4'], { cwd: folder, env: { FFMPEG_PATH: ffmpeg } });
    await running.printed(/drawing .* at 64/);
    running.child.kill('SIGINT');
    const result = await running.finished;
    expect([result.code, result.signal]).toEqual(endedBy(result.signal));
    expect(result.stderr).toMatch(/^drawing [^\n]+\n$/);
    expect((await leftIn()).filter((name) => name !== 'asked')).toEqual(['ffmpeg']);
  });

  test('SIGHUP: it stops at once and leaves nothing half-written behind', async () => {
    const { child, finished } = await begin();
    child.kill('SIGHUP');
    const result = await finished;
    expect([result.code, result.signal]).toEqual(endedBy(result.signal));
    expect((await leftIn()).filter((name) => !kept.includes(name))).toEqual([]);
  });

  test('what a process that was killed has left behind the next one removes', async () => {
    const { child, finished } = await begin();
    child.kill('SIGKILL');
    await finished;
    expect((await leftIn()).length).toBeGreaterThan(1);
    const args = await sampleArgs();
    expect(await run([...args, '-o', 'out.mp4', '--overwrite'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(await leftIn()).toEqual(['out.mp4']);
  });
});

/** How a process ends that a signal ends: by its exit code, or where an iteration takes too long by the signal. */
const endedBy = (how: NodeJS.Signals | null) => (how === null ? [130, null] : [null, 'SIGINT']);

describe('what is at fault is said in one line, and nothing is left behind', () => {
  const bad: [string, string[], RegExp, (() => Promise<void>)?][] = [
    ['no photo', ['draw'], /a photo is missing/],
    ['no such photo', ['draw', 'missing.jpg'], /missing\.jpg/],
    ['a folder without photos', ['draw', '.'], /there is no photo in \./],
    ['an empty file', ['draw', 'empty.jpg'], /empty\.jpg.*empty/, () => writeFile(join(folder, 'empty.jpg'), '')],
    ['a text file', ['draw', 'text.jpg'], /text\.jpg/, () => writeFile(join(folder, 'text.jpg'), 'dear diary')],
    [
      'a picture of one pixel',
      ['draw', 'dot.png', '--preset', 'sketch'],
      /1×1 pixels when looked at, but block5_conv2 needs 16/,
      async () =>
        writeFile(join(folder, 'dot.png'), await encodePng({ width: 1, height: 1, rgb: Uint8Array.of(1, 2, 3) })),
    ],
    [
      'a side too short for the network',
      ['draw', samplePath, '--size', '20', '--preset', 'sketch'],
      /20×15 pixels when looked at, but block5_conv2 needs 16/,
    ],
    ['an unknown flag', ['draw', samplePath, '--sise', '20'], /there is no option --sise; did you mean --size\?/],
    ['an unknown command', ['paint', samplePath], /there is no command 'paint'/],
    ['a size that is no number', ['draw', samplePath, '--size', 'big'], /--size: expected a number, not 'big'/],
    ['a size of nothing', ['draw', samplePath, '--size', '0'], /--size: /],
    ['a rate of nothing', ['draw', samplePath, '--fps', '0'], /--fps: /],
    ['a negative time', ['draw', samplePath, '--hold=-1'], /--hold: /],
    ['no time for the drawing', ['draw', samplePath, '--seconds', '0'], /--seconds: expected more than 0, not 0/],
    ['a time that is none', ['draw', samplePath, '--seconds', 'long'], /--seconds: expected a number, not 'long'/],
    ['no threads', ['draw', samplePath, '--threads', '0'], /--threads: /],
    [
      'threads for a thousand cores',
      ['draw', samplePath, '--threads', '100000'],
      /--threads: more than \d+ would be in each other's way/,
    ],
    [
      'a name that is not UTF-8',
      ['draw', 'caf\ufffd.jpg'],
      /caf\ufffd\.jpg: its name is not in UTF-8; give it another/,
    ],
    ['memory that is no size', ['draw', samplePath, '--memory', 'much'], /--memory: expected bytes with a unit.*4G/],
    [
      'too little memory',
      ['draw', samplePath, '--preset', 'sketch', '--memory', '200M', '--provider', 'cpu', '--frames', 'frames'],
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
    ...(
      [
        [
          'an unknown field',
          { iteration: 5 },
          /phases\[0\]\.iteration: there is no such field; did you mean 'iterations'\?/,
        ],
        ['an unknown term', { inc: 1 }, /phases\[0\]\.inc: there is no such field; did you mean 'ink'\?/],
        ['a negative weight', { ink: -1 }, /phases\[0\]\.ink: expected 0 or more, not -1\n/],
        [
          'an unknown layer among several',
          { layer: undefined, layers: { block2_cov2: 1 } },
          /phases\[0\]\.layers\.block2_cov2: .*did you mean 'block2_conv2'\?/,
        ],
      ] as const
    ).map(([name, field, message]): (typeof bad)[number] => [
      name,
      ['draw', samplePath, '--preset', 'p.json'],
      new RegExp(`^vggdraw: preset p\\.json: ${message.source}`),
      () => writeFile(join(folder, 'p.json'), JSON.stringify({ phases: [{ ...short.phases[0], ...field }] })),
    ]),
    ...(
      [
        [
          'a colour that is none',
          { canvas: { paper: 'wihte' } },
          /canvas\.paper: expected a colour.*, not 'wihte'; did you mean 'white'\?/,
        ],
        [
          'colours that are none',
          { canvas: { colours: 'gray' } },
          /canvas\.colours: expected 'rgb' or 'grey', not 'gray'; did you mean 'grey'\?/,
        ],
        [
          'a tone that a grey canvas can not have',
          { canvas: { colours: 'grey' }, tone: 'raw' },
          /tone: a grey canvas is shown in the tones 'photo', 'firm' and 'bold', not 'raw'/,
        ],
        [
          'nor the finished picture',
          { canvas: { colours: 'grey' }, finalTone: 'print' },
          /finalTone: a grey canvas is shown in the tones 'photo', 'firm' and 'bold', not 'print'/,
        ],
      ] as const
    ).map(([name, field, message]): (typeof bad)[number] => [
      name,
      ['draw', samplePath, '--preset', 'p.json'],
      new RegExp(`^vggdraw: preset p\\.json: ${message.source}`),
      () => writeFile(join(folder, 'p.json'), JSON.stringify({ ...short, ...field })),
    ]),
    ['no such weights', ['draw', samplePath, '--weights', 'missing.h5'], /--weights: there is no file 'missing\.h5'/],
    [
      'weights that are no HDF5',
      ['draw', samplePath, '--weights', 'w.h5'],
      /w\.h5/,
      () => writeFile(join(folder, 'w.h5'), 'not weights'),
    ],
    [
      'a style picture that is missing',
      ['draw', samplePath, '--style', 'no.jpg'],
      /--style: can't read no\.jpg: there is no such file/,
    ],
    [
      'a style picture that is a folder',
      ['draw', samplePath, '--style', '.'],
      /--style: can't read \.: it is a folder/,
    ],
    [
      'a style picture that is none',
      ['draw', samplePath, '--style', 's.jpg', '--size', '32'],
      /--style: can't read s\.jpg: it is not a picture/,
      () => writeFile(join(folder, 's.jpg'), 'brushes'),
    ],
    [
      'a style picture that is too small for the deepest style layer',
      ['draw', samplePath, '--style', `${samplePath}:2`, '--style-size', '3'],
      /--style: the picture is looked at with 3×2 pixels, but block3_conv1 needs 4 on each side/,
    ],
    [
      'a weight that is none',
      ['draw', samplePath, '--style', 'a.png:heavy'],
      /--style: a weight is a number above 0, as in a\.png:2, not 'heavy'/,
    ],
    [
      'a weight of nothing',
      ['draw', samplePath, '--style', 'a.png', '--style', 'b.png:0'],
      /--style: a weight is a number above 0, as in b\.png:2/,
    ],
    [
      'no style picture',
      ['draw', samplePath, '--preset', 'style'],
      /--style: the preset draws in the style of a picture; give one/,
    ],
    [
      'a style for a preset without',
      ['draw', samplePath, '--style', samplePath, '--preset', 'painting'],
      /--style: the preset has no phase with a style/,
    ],
    [
      'a weight of style without one',
      ['draw', samplePath, '--style-weight', '2'],
      /--style-weight: it is of use with a style picture only/,
    ],
    [
      'a negative weight of style',
      ['draw', samplePath, '--style', samplePath, '--style-weight=-1'],
      /--style-weight: expected 0 or more, not -1/,
    ],
    [
      'colours on a grey canvas',
      ['draw', samplePath, '--keep-colours', '--preset', 'p.json'],
      /--keep-colours: it takes a preset whose canvas has the photo's colours/,
      () =>
        writeFile(
          join(folder, 'p.json'),
          '{"canvas":{"colours":"grey"},"phases":[{"layer":"conv1_1","iterations":1,"learningRate":1}]}',
        ),
    ],
    [
      'a style picture that would be replaced',
      ['draw', samplePath, '--style', 's.png', '--still', 's.png', '--overwrite'],
      /--still: s\.png is the style picture itself; choose another/,
      () => copyFile(samplePath, join(folder, 's.png')),
    ],
    ['a video of no known kind', ['draw', samplePath, '-o', 'out.avi'], /--output: give the video a name that ends in/],
    [
      'a picture of no known kind',
      ['draw', samplePath, '--still', 'out.bmp'],
      /--still: give the picture a name that ends in \.png, \.jpg, \.webp or \.avif/,
    ],
    [
      'a sheet of no known kind',
      ['draw', samplePath, '--sheet', 'out.pdf'],
      /--sheet: give the sheet a name that ends/,
    ],
    [
      'a plot of no known kind',
      ['draw', samplePath, '--plot', 'out.txt'],
      /--plot: give the plot a name that ends in \.svg, \.png, \.jpg, \.webp or \.avif/,
    ],
    [
      'two shapes',
      ['draw', samplePath, '--portrait', '--square'],
      /--square: it is one or the other; leave out --portrait/,
    ],
    [
      'a GIF that is too fast',
      ['draw', samplePath, '-o', 'out.gif', '--fps', '60'],
      /--fps: a GIF shows 50 frames a second at the most, not 60/,
    ],
    [
      'a WebP that is too large',
      ['draw', samplePath, '--preset', 'pen', '--still', 'out.webp', '--still-size', '16384'],
      /--still-size: a WebP has 16383 pixels a side at the most/,
    ],
    [
      'a name that is too long',
      ['draw', samplePath, '--still', `${'x'.repeat(255)}.png`],
      /--still: the name x+ … x+\.png is too long for the file system; choose a shorter one/,
    ],
    [
      'one name for two',
      ['draw', samplePath, '--still', 'a.png', '--frames', './A.png'],
      /--still: a\.png is what --frames names, too/,
    ],
    [
      'one in the other',
      ['draw', samplePath, '-o', 'a/b.mp4', '--frames', 'a'],
      /--output: a\/b\.mp4 would lie in what --frames/,
    ],
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
      ['draw', samplePath, '--frames', '.', '-o', '../out.mp4'],
      /--frames: \. has frames in it/,
      () => writeFile(join(folder, 'frame-00003.png'), 'mine'),
    ],
    [
      'frames to where something else is',
      ['draw', samplePath, '--frames', '.', '-o', '../out.mp4', '--overwrite'],
      /--frames: \. has notes\.txt in it, which is no frame; choose another folder/,
      () => writeFile(join(folder, 'notes.txt'), 'mine'),
    ],
    [
      'frames to where one is',
      ['draw', samplePath, '--frames', '.', '-o', '../out.mp4', '--overwrite'],
      /--frames: \. is where you are, and can't be replaced; choose a folder in it/,
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
      const result = await runInTurn(args, { cwd: folder });
      expect(result.stderr).toMatch(message);
      expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(await readdir(folder)).toEqual(before);
    },
  );

  test.each<[string, string[], RegExp]>([
    ['the photo', ['photo.png', '--still', './photo.png'], /^--still: \.\/photo\.png is the photo itself/],
    ['a link to it', ['photo.png', '--still', 'soft.png'], /^--still: soft\.png is the photo itself/],
    ['what is linked', ['soft.png', '--still', 'photo.png'], /^--still: photo\.png is the photo itself/],
    ['another name of it', ['photo.png', '--still', 'hard.png'], /^--still: hard\.png is the photo itself/],
    [
      'the folder that it is in',
      ['in/frame-00000.png', '--frames', 'in'],
      /^--frames: the photo lies in in, which is rep/,
    ],
    ['the preset', ['photo.png', '--preset', './p.png', '--still', 'p.png'], /^--still: p\.png is the preset itself/],
    ['the weights', ['photo.png', '--weights', 'w.png', '--still', 'w.png'], /^--still: w\.png is the file of weights/],
  ])('no input is overwritten: %s', async (_, args, message) => {
    await copyFile(samplePath, join(folder, 'photo.png'));
    await symlink('photo.png', join(folder, 'soft.png'));
    await link(join(folder, 'photo.png'), join(folder, 'hard.png'));
    await mkdir(join(folder, 'in'));
    for (const name of ['in/frame-00000.png', 'w.png']) await writeFile(join(folder, name), name);
    await writeFile(join(folder, 'p.png'), JSON.stringify(short));
    const before = await readdir(folder, { recursive: true });
    const result = await runInTurn(['draw', ...args, '--overwrite', '-o', 'out.mp4'], { cwd: folder });
    expect(result).toMatchObject({ code: 1 });
    expect(result.stderr.replace('vggdraw: ', '')).toMatch(message);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
    // Not by toEqual, which takes a second for so many bytes.
    expect((await readFile(join(folder, 'photo.png'))).equals(await readFile(samplePath))).toBe(true);
  });

  test('folders are made, and go again where nothing came of it', async () => {
    const outputs = ['-o', 'a/b/out.mp4', '--still', 'c/still.png', '--frames', 'd/e/frames'];
    const args = [...(await sampleArgs()), ...outputs];
    const failed = await runInTurn(args, { cwd: folder, env: { FFMPEG_PATH: '/bin/false' } });
    expect(failed).toMatchObject({ code: 1 });
    expect(await leftIn()).toEqual([]);
    expect(await runInTurn(args, { cwd: folder })).toMatchObject({ code: 0 });
    expect(await leftIn()).toEqual(['a', 'c', 'd']);
    expect(await readdir(join(folder, 'd', 'e', 'frames'))).toHaveLength(6);
  });

  test('a loss that is not finite: at which iteration', async () => {
    const preset = {
      canvas: { lower: -1e38, upper: 1e38 },
      phases: [{ layer: 'block1_conv2', iterations: 9, learningRate: 1e37 }],
    };
    const result = await runInTurn([...(await sampleArgs(32, preset)), '--quiet'], { cwd: folder });
    expect(result).toMatchObject({ code: 1 });
    expect(result.stderr).toMatch(
      /^vggdraw: the loss became (Infinity|NaN) at iteration 2 \(2 of 9 at block1_conv2\); [^\n]+\n$/,
    );
    expect(await leftIn()).toEqual([]);
  });

  test('with --json it is an event too', async () => {
    const result = await runInTurn(['draw', 'missing.jpg', '--json'], { cwd: folder });
    expect(result.code).toBe(1);
    expect(events(result)).toEqual([{ event: 'error', message: expect.stringContaining('missing.jpg') }]);
  });

  test('--debug shows where', async () => {
    const result = await runInTurn(['draw', 'missing.jpg', '--debug'], { cwd: folder });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/\n\s+at /);
  });
});

describe('ffmpeg', () => {
  const draw = async (ffmpeg: string, ...outputs: string[]) =>
    runInTurn([...(await sampleArgs(64)), '--quiet', ...outputs], {
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
    expect(result.stderr).toBe(
      "vggdraw: can't write sample.mp4: the disk is full; make room, or choose another folder\n",
    );
    expect(await leftIn()).toEqual(['ffmpeg']);
  });

  test('that writes garbage: the others are kept', async () => {
    const path = join(folder, 'ffmpeg');
    const encode = 'for last; do :; done; cat > /dev/null; echo garbage > "$last"; exit 0';
    await writeFile(
      path,
      `#!/bin/sh\ncase "$*" in *rawvideo*) ${encode};; *) exec '${await findFfmpeg()}' "$@";; esac\n`,
    );
    await chmod(path, 0o755);
    const result = await draw(path, '-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(
      /^vggdraw: ffmpeg \([^\n]+\) has written no whole video: it is no MP4[^\n]*; still\.png and frames are whole; what is drawn so far is kept in out\.mp4\.checkpoint\n$/,
    );
    expect(await leftIn()).toEqual(['ffmpeg', 'frames', ...kept, 'still.png']);
    expect(await readdir(join(folder, 'frames'))).toHaveLength(6);
  });

  test('that dies midway: the drawing goes on for the others', async () => {
    const path = join(folder, 'ffmpeg');
    const die = `head -c 30000 > /dev/null; echo 'No space left on device' >&2; exit 1`;
    await writeFile(path, `#!/bin/sh\ncase "$*" in *rawvideo*) ${die};; *) exec '${await findFfmpeg()}' "$@";; esac\n`);
    await chmod(path, 0o755);
    const result = await draw(path, '-o', 'out.mp4', '--still', 'still.png');
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toBe(
      "vggdraw: can't write out.mp4: the disk is full; make room, or choose another folder; still.png is whole; what is drawn so far is kept in out.mp4.checkpoint\n",
    );
    expect(await leftIn()).toEqual(['ffmpeg', ...kept, 'still.png']);
  });
});

test('of a photo of one colour strokes draw nothing, and a line says why', async () => {
  const flat = { width: 32, height: 24, rgb: new Uint8Array(3 * 32 * 24).fill(90) };
  await writeFile(join(folder, 'flat.png'), await encodePng(flat));
  const medium = { kind: 'strokes', count: 9, width: [2, 2], lengths: [8, 20] };
  const preset = await presetFile({ medium, ...short });
  const args = ['draw', 'flat.png', '--preset', preset, '--weights', 'contour', '--still', 'still.png', '--quiet'];
  const result = await runInTurn(args, { cwd: folder });
  expect(result).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^vggdraw: there is not one stroke: .*one colour.*\n$/),
  });
  expect((await readPhoto(join(folder, 'still.png'))).rgb.every((value) => value === 255)).toBe(true);
});

test.each([false, true])('a name that is taken while it draws is left to who has it (quiet: %s)', async (quiet) => {
  const args = [...(await sampleArgs()), '--json', ...(quiet ? ['--quiet'] : [])];
  const outputs = ['-o', 'out.mp4', '--still', 'still.png', '--frames', 'frames'];
  // An ffmpeg that begins when it may.
  const ffmpeg = join(folder, 'ffmpeg');
  const real = await findFfmpeg();
  const begin = `while ! [ -e go ]; do sleep 0.1; done; exec '${real}' "$@"`;
  await writeFile(ffmpeg, `#!/bin/sh\ncase "$*" in *rawvideo*) ${begin};; *) exec '${real}' "$@";; esac\n`);
  await chmod(ffmpeg, 0o755);
  const running = start([...args, ...outputs], { cwd: folder, env: { FFMPEG_PATH: ffmpeg } });
  await running.printed(/"index":1,/);
  await mkdir(join(folder, 'frames'));
  for (const name of ['out.mp4', 'still.png', 'frames/frame-00000.png', 'go'])
    await writeFile(join(folder, name), 'mine');
  const result = await running.finished;
  expect(result).toMatchObject({ code: 0 });
  expect(events(result).at(-1)).toMatchObject({ output: 'out (2).mp4', still: 'still (2).png' });
  expect(result.stderr).toContain('out.mp4 has been taken meanwhile: what was drawn is out (2).mp4');
  if (quiet) expect(result.stderr).toMatch(/^vggdraw: (?:\S+ has been taken meanwhile: [^;\n]+[;\n] ?){3}$/);
  for (const name of ['out.mp4', 'still.png', 'frames/frame-00000.png']) {
    expect(await readFile(join(folder, name), 'utf8')).toBe('mine');
  }
  expect(await readdir(join(folder, 'frames (2)'))).toHaveLength(6);
  expect((await readVideo(join(folder, 'out (2).mp4'))).frames).toHaveLength(300);
});
