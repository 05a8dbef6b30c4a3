import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { openVideo } from '../../src/video/video.js';
import { decode, ffmpeg } from './decoding.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-video-'));
});
afterAll(() => rm(folder, { recursive: true }));

function flat(width: number, height: number, colour: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: width * height * 3 }, (_, i) => colour[i % 3]!);
}

let names = 0;
const newPath = () => join(folder, `.video-${names++}.mp4.partial`);

async function video(frames: readonly Uint8Array[], width: number, height: number, fps = 24, path = newPath()) {
  const writer = await openVideo({ path, width, height, fps, ffmpeg });
  for (const frame of frames) await writer.write(frame);
  await writer.finish();
  return decode(path);
}

function largestDifference(frame: Buffer, colour: readonly number[]): number {
  return frame.reduce((largest, value, i) => Math.max(largest, Math.abs(value - colour[i % 3]!)), 0);
}

const colours = [
  [255, 255, 255],
  [0, 0, 0],
  [128, 128, 128],
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [200, 120, 40],
  [17, 99, 180],
] as const;

describe('the video', () => {
  test.each([
    [64, 48, 64, 48],
    [61, 48, 62, 48],
    [64, 47, 64, 48],
    [33, 25, 34, 26],
    [1, 1, 2, 2],
    [3, 2, 4, 2],
  ])('of %i×%i frames has %i×%i, every frame once, in its colours', async (width, height, w, h) => {
    const result = await video(
      colours.map((colour) => flat(width, height, colour)),
      width,
      height,
    );
    expect([result.width, result.height, result.frames.length]).toEqual([w, h, colours.length]);
    // The added row and column too.
    const differences = result.frames.map((frame, i) => largestDifference(frame, colours[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(3);
  });

  test('is H.264 in 4:2:0, tells its colours, and can be played while it downloads', async () => {
    const { description, boxes } = await video([flat(64, 48, [9, 8, 7])], 64, 48);
    expect(description).toMatch(/Video: h264 .*yuv420p\(tv, bt709\/bt709\/iec61966-2-1/);
    expect(boxes.indexOf('moov')).toBeGreaterThan(0);
    expect(boxes.indexOf('moov')).toBeLessThan(boxes.indexOf('mdat'));
  });

  test.each([1, 12.5, 23.976, 60])('plays at %p frames per second, equal frames included', async (fps) => {
    // As at the end of a drawing: the finished picture again and again. Nothing may be dropped.
    const frames = [...colours.slice(0, 3), ...Array(27).fill(colours[3])].map((colour) => flat(32, 32, colour));
    const result = await video(frames, 32, 32, fps);
    expect(result.frames.length).toBe(30);
    expect(Math.abs(result.duration - 30 / fps)).toBeLessThan(0.02);
  });

  test('shows the last frame as often again as it is told to', async () => {
    const path = newPath();
    const writer = await openVideo({ path, width: 33, height: 32, fps: 24, held: 7, ffmpeg });
    for (const colour of colours.slice(0, 3)) await writer.write(flat(33, 32, colour));
    await writer.finish();
    const { frames, duration } = await decode(path);
    expect(frames).toHaveLength(10);
    expect(Math.abs(duration - 10 / 24)).toBeLessThan(0.02);
    const differences = frames.map((frame, i) => largestDifference(frame, colours[Math.min(i, 2)]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(3);
  });

  test('repeats the last row and column, so that no line shows', async () => {
    // A photo-like frame: left half dark, right half bright, in an odd size.
    const [width, height] = [41, 31];
    const frame = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
      Math.floor(i / 3) % width < 20 ? 30 : 180,
    );
    const { frames, width: w } = await video([frame], width, height);
    const row = Array.from({ length: w }, (_, x) => frames[0]![3 * (w * 31 + x)]!); // The added one.
    expect(Math.max(...row.slice(0, 16).map((value) => Math.abs(value - 30)))).toBeLessThanOrEqual(4);
    expect(Math.max(...row.slice(24).map((value) => Math.abs(value - 180)))).toBeLessThanOrEqual(4);
  });

  test('keeps detail: visually lossless', async () => {
    const [width, height] = [128, 96];
    const smooth = (i: number, t: number) =>
      128 + 100 * Math.sin((i % width) / 9 + t) * Math.cos(Math.floor(i / width) / 7);
    const frames = Array.from({ length: 12 }, (_, t) =>
      Uint8Array.from({ length: width * height * 3 }, (_, i) => smooth(Math.floor(i / 3), t / 5)),
    );
    const result = await video(frames, width, height);
    const squares = frames.map((frame, t) => frame.reduce((sum, v, i) => sum + (v - result.frames[t]![i]!) ** 2, 0));
    const error = squares.reduce((a, b) => a + b) / (12 * width * height * 3);
    expect(10 * Math.log10(255 ** 2 / error)).toBeGreaterThan(42);
  });

  test('a frame may be reused as soon as it is written', async () => {
    const path = newPath();
    const writer = await openVideo({ path, width: 64, height: 64, fps: 24 });
    const frame = new Uint8Array(64 * 64 * 3);
    for (let i = 0; i < 20; i++) {
      frame.fill(10 * i);
      const written = writer.write(frame);
      frame.fill(255);
      await written;
    }
    await writer.finish();
    const differences = (await decode(path)).frames.map((found, i) => largestDifference(found, Array(3).fill(10 * i)));
    expect(differences).toHaveLength(20);
    expect(Math.max(...differences)).toBeLessThanOrEqual(3);
  });

  test.each(['-y.mp4', 'http:x.mp4', "it's 100% [a], b=c;d.mp4", 'ünïcode 画.mp4', 'frame-%05d.png'])(
    'gets its name to the letter: %s',
    async (name) => {
      const path = join(folder, name);
      const writer = await openVideo({ path, width: 16, height: 16, fps: 24, ffmpeg });
      await writer.write(flat(16, 16, [1, 2, 3]));
      await writer.finish();
      expect((await stat(path)).size).toBeGreaterThan(500);
    },
  );

  test('two at a time', async () => {
    const both = [colours[3], colours[5]].map((colour) => video([flat(32, 32, colour), flat(32, 32, colour)], 32, 32));
    const [red, blue] = await Promise.all(both);
    expect(largestDifference(red!.frames[1]!, colours[3])).toBeLessThanOrEqual(3);
    expect(largestDifference(blue!.frames[1]!, colours[5])).toBeLessThanOrEqual(3);
  });

  test('a frame of the wrong size is a mistake of the caller', async () => {
    const writer = await openVideo({ path: newPath(), width: 16, height: 16, fps: 24, ffmpeg });
    await expect(writer.write(new Uint8Array(16))).rejects.toThrow(RangeError);
    await expect(writer.finish()).rejects.toThrow('a video needs a frame');
    await writer.abort();
  });

  test('after the end nothing can be written, and nothing is left to abort', async () => {
    const path = newPath();
    const writer = await openVideo({ path, width: 16, height: 16, fps: 24, ffmpeg });
    await writer.write(flat(16, 16, [1, 2, 3]));
    await writer.finish();
    await writer.finish();
    await expect(writer.write(flat(16, 16, [1, 2, 3]))).rejects.toThrow('the video is finished');
    await writer.abort();
    expect((await decode(path)).frames).toHaveLength(1);
  });
});

/** An ffmpeg that answers questions like the real one, but does this instead of encoding. */
async function ffmpegThat(does: string): Promise<string> {
  const path = join(folder, `ffmpeg-${names++}`);
  await writeFile(
    path,
    `#!/bin/sh\ncase "$*" in *-encoders*|*-formats*) exec ${ffmpeg} "$@";; esac\necho $$ > ${path}.pid\n${does}\n`,
  );
  await chmod(path, 0o755);
  return path;
}

const pidOf = async (ffmpeg: string) => Number(await readFile(`${ffmpeg}.pid`, 'utf8'));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // An orphan that has ended counts as a process until somebody asks for its exit code, which not every init does.
    return !(existsSync(`/proc/${pid}/stat`) && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    return false;
  }
}

/** Writes frames until it fails, and ends the video if it does not. */
async function failureOf(fake: string, path = newPath(), frames = 50, patience = 5): Promise<string> {
  const large = { width: 320, height: 240 };
  try {
    const writer = await openVideo({ path, ...large, fps: 24, ffmpeg: fake, patience });
    for (let i = 0; i < frames; i++) await writer.write(noise(large.width * large.height * 3));
    await writer.finish();
  } catch (error) {
    if (!(error instanceof InputError) || error.message.includes('\n')) throw error;
    return error.message;
  }
  throw new Error('the video was written');
}

function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => 256 * Math.random());
}

describe('when ffmpeg fails, the writer says why', () => {
  test('it is missing', async () => {
    const missing = join(folder, 'no-ffmpeg');
    expect(await failureOf(missing)).toBe(
      `can't run ffmpeg (${missing}): spawn ${missing} ENOENT; install ffmpeg or set FFMPEG_PATH`,
    );
  });

  test('it can not be run', async () => {
    expect(await failureOf(folder)).toMatch(/^can't run ffmpeg .* EACCES; install ffmpeg or set FFMPEG_PATH$/);
  });

  test('the folder is not there', async () => {
    const path = join(folder, 'gone', 'video.mp4');
    expect(await failureOf(ffmpeg, path)).toMatch(
      /^can't write .*gone.video\.mp4: .*No such file or directory; make sure that the folder exists and has room$/,
    );
  });

  test('there is no room for the header', async () => {
    expect(await failureOf(ffmpeg, '/dev/full')).toBe(
      "can't write /dev/full: the disk is full; make room, or choose another folder",
    );
  });

  test('there is no more room', async () => {
    // A limit on the size of files stands in for a full disk.
    const limited = await ffmpegThat(`trap '' XFSZ; ulimit -f 200; exec ${ffmpeg} "$@"`);
    expect(await failureOf(limited)).toMatch(/^can't write .*: .*File too large; make sure/);
  });

  test('there is no more room for the index at the end', async () => {
    // A few kilobytes of video, all of it written when the last frame has come.
    const limited = await ffmpegThat(`trap '' XFSZ; ulimit -f 1; exec ${ffmpeg} "$@"`);
    expect(await failureOf(limited, newPath(), 5)).toMatch(/^can't write .*: .*File too large; make sure/);
  });

  test('it is killed', async () => {
    const killed = await ffmpegThat('head -c 1000 > /dev/null; kill -9 $$');
    expect(await failureOf(killed)).toMatch(/^can't write .*: ffmpeg was killed with signal SIGKILL; /);
  });

  test('it is killed after the last frame', async () => {
    const killed = await ffmpegThat('cat > /dev/null; kill -9 $$');
    expect(await failureOf(killed, newPath(), 1)).toMatch(/ffmpeg was killed with signal SIGKILL; /);
  });

  test('it stops too early, as if nothing were wrong', async () => {
    const early = await ffmpegThat('head -c 1000 > /dev/null; exit 0');
    expect(await failureOf(early)).toMatch(/: ffmpeg ended too early; /);
  });

  test('it says nothing', async () => {
    const silent = await ffmpegThat('head -c 1000 > /dev/null; exit 3');
    expect(await failureOf(silent)).toMatch(/: ffmpeg exited with code 3; /);
  });

  test.each([
    [
      'escapes',
      `printf 'bad\\033[31m\\007\\n'`,
      /: bad\\x1b\[31m\\x07; make sure that the folder exists and has room$/,
    ],
    ['a megabyte', `head -c 1000000 /dev/zero | tr '\\0' x`, /: x{120} … x{120}; make sure that the folder exists and/],
    ['more than memory takes', 'head -c 800000000 /dev/zero', /: (?:\\x00)+/],
  ])('its last words are cut, and do nothing to a terminal: %s', async (_, says, message) => {
    const talking = await ffmpegThat(`cat > /dev/null; ${says} >&2; exit 1`);
    const failure = await failureOf(talking, newPath(), 1);
    expect(failure).toMatch(message);
    expect(failure.length).toBeLessThan(2100);
  });

  test('all calls after the failure are told as well', async () => {
    const killed = await ffmpegThat('kill -9 $$');
    const writer = await openVideo({ path: newPath(), width: 64, height: 64, fps: 24, ffmpeg: killed });
    const frame = new Uint8Array(64 * 64 * 3);
    // Nobody is waiting when it dies: that must not end the process.
    await wait(200);
    for (const call of [() => writer.write(frame), () => writer.write(frame)]) {
      await expect(call()).rejects.toThrow(/killed with signal SIGKILL/);
    }
    await writer.abort();
  });
});

describe('an ffmpeg that ends well and has written no whole video is found out:', () => {
  const last = 'for last; do :; done; cat > /dev/null';
  test.each([
    ['no file', ':', 'there is no file'],
    ['an empty one', ': > "$last"', 'it is no MP4'],
    ['garbage', 'head -c 5000 /dev/urandom > "$last"', 'it is no MP4, or cut'],
    ['text', 'yes > "$last" & sleep 0.1; kill $!', 'it is no MP4, or cut'],
    ['a folder', 'mkdir "$last"', 'it is no file'],
    ['a FIFO', 'mkfifo "$last"', 'it is no file'],
    ['a link to what is no video', 'ln -s "$0" "$last"', 'it is no file'],
    ['a link to a video', 'ln -s "$(dirname "$0")/another.mp4" "$last"', 'it is no file'],
    ['half of a video', 'head -c 1500 "$(dirname "$0")/another.mp4" > "$last"', 'it is no MP4, or cut'],
    ['fewer frames', 'cp "$(dirname "$0")/another.mp4" "$last"', 'it has 2 frames instead of 3'],
  ])('%s', async (_, does, fault) => {
    const path = newPath();
    await video([flat(320, 240, [1, 2, 3]), noise(3 * 320 * 240)], 320, 240, 24, path);
    await copyFile(path, join(folder, 'another.mp4'));
    const fake = await ffmpegThat(`${last}; ${does}; exit 0`);
    expect(await failureOf(fake, newPath(), 3)).toBe(
      `ffmpeg (${fake}) has written no whole video: ${fault}; install another, or name one in FFMPEG_PATH`,
    );
  });

  test('one that leaves frames away', async () => {
    const fake = await ffmpegThat(`for arg; do shift; set -- "$@" "\${arg%%,tpad*}"; done; exec ${ffmpeg} "$@"`);
    const path = newPath();
    const options = { path, width: 32, height: 32, fps: 24, ffmpeg: fake, held: 2 };
    const writer = await openVideo(options);
    await writer.write(flat(32, 32, [1, 2, 3]));
    await expect(writer.finish()).rejects.toThrow('it has 1 frames instead of 3');
  });
});

test('what an ffmpeg that ends well leaves running is killed', async () => {
  // With a hold on its output, as a program has that was simply started.
  const fake = await ffmpegThat(`sleep 1000 & echo $! > "$0.child"; exec ${ffmpeg} "$@"`);
  const path = newPath();
  const writer = await openVideo({ path, width: 16, height: 16, fps: 24, ffmpeg: fake });
  await writer.write(flat(16, 16, [1, 2, 3]));
  await writer.finish();
  expect((await decode(path)).frames).toHaveLength(1);
  const child = Number(await readFile(`${fake}.child`, 'utf8'));
  while (isRunning(child)) await wait(10);
});

describe('an ffmpeg that hangs is given up, and does not stay behind:', () => {
  const stopped = (fake: string) =>
    `ffmpeg (${fake}) has stopped answering; install another, or name one in FFMPEG_PATH`;

  test.each([
    ['at its start', 'sleep 60; true'],
    ['after its input', 'cat > /dev/null; sleep 60; true'],
    ['with its input closed', 'exec 0<&-; sleep 60; true'],
    ['and stopped by a signal', 'cat > /dev/null; kill -STOP $$'],
    ['computing, for nothing', 'cat > /dev/null; while :; do :; done'],
  ])('%s', async (_, does) => {
    const fake = await ffmpegThat(does);
    expect(await failureOf(fake, newPath(), 3, 0.5)).toBe(stopped(fake));
    expect(isRunning(await pidOf(fake))).toBe(false);
  });

  test('all calls after it are told as well', async () => {
    const fake = await ffmpegThat('sleep 60; true');
    const writer = await openVideo({ path: newPath(), width: 16, height: 16, fps: 24, ffmpeg: fake, patience: 0.5 });
    await writer.write(flat(16, 16, [1, 2, 3]));
    await expect(writer.finish()).rejects.toThrow(stopped(fake));
    await expect(writer.write(flat(16, 16, [1, 2, 3]))).rejects.toThrow(stopped(fake));
    await expect(writer.finish()).rejects.toThrow(stopped(fake));
    await writer.abort();
  });
});

describe('a slow ffmpeg', () => {
  test.each([
    ['computes', 'i=0; while [ $i -lt 2000000 ]; do i=$((i+1)); done'],
    ['writes its file', 'for last; do :; done; for i in 1 2 3 4 5 6 7 8; do sleep 0.4; echo $i >> "$last"; done'],
    ['reports frames', 'for i in 1 2 3 4 5 6 7 8; do sleep 0.4; echo frame=$i; done'],
  ])('is waited for while it %s', async (_, does) => {
    const slow = await ffmpegThat(`${does}; exec ${ffmpeg} "$@"`);
    const path = newPath();
    const writer = await openVideo({ path, width: 32, height: 32, fps: 24, ffmpeg: slow, patience: 1 });
    await writer.write(flat(32, 32, [1, 2, 3]));
    await writer.finish();
    expect((await decode(path)).frames).toHaveLength(1);
  });

  test('makes the writer wait, at a low priority, until it is aborted', async () => {
    const slow = await ffmpegThat('exec sleep 60');
    const writer = await openVideo({ path: newPath(), width: 256, height: 256, fps: 24, ffmpeg: slow });
    const frame = new Uint8Array(256 * 256 * 3);
    let written = 0;
    const writing = (async () => {
      for (;;) {
        await writer.write(frame);
        written++;
      }
    })();
    writing.catch(() => {});
    await wait(300);
    expect(written).toBeLessThanOrEqual(2);

    const pid = await pidOf(slow);
    expect(getPriority(pid)).toBe(constants.priority.PRIORITY_BELOW_NORMAL);
    expect(isRunning(pid)).toBe(true);
    await writer.abort();
    expect(isRunning(pid)).toBe(false);
    await expect(writing).rejects.toThrow('the video was aborted');
    await expect(writer.finish()).rejects.toThrow();
    await writer.abort();
  });

  test('does not keep a program from ending, nor stay behind', async () => {
    const slow = await ffmpegThat('sleep 60; true'); // A script that starts a program of its own.
    const script = `
      import { openVideo } from '${new URL('../../src/video/video.js', import.meta.url)}';
      const [path, ffmpeg] = process.argv.slice(1);
      const writer = await openVideo({ path, width: 16, height: 16, fps: 24, ffmpeg });
      await writer.write(new Uint8Array(768));
      setTimeout(() => process.exit(7), 200);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, newPath(), slow], { stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    expect(code).toBe(7);
    await wait(100);
    expect(isRunning(await pidOf(slow))).toBe(false);
  });
});

test('Ctrl-C reaches the program and not ffmpeg, so that the video can be finished', async () => {
  const path = newPath();
  const script = `
    import { openVideo } from '${new URL('../../src/video/video.js', import.meta.url)}';
    const writer = await openVideo({ path: process.argv[1], width: 320, height: 240, fps: 24 });
    const frame = new Uint8Array(320 * 240 * 3);
    let interrupted = 0;
    process.on('SIGINT', () => interrupted++);
    for (let i = 0; i < 10; i++) await writer.write(frame.fill(20 * i));
    console.log('drawing');
    while (!interrupted) await new Promise((next) => setTimeout(next, 10));
    await new Promise((next) => setTimeout(next, 200));
    for (let i = 0; i < 10; i++) await writer.write(frame.fill(20 * i));
    await writer.finish();
    console.log('finished');`;
  // In a process group of its own, as a shell starts a program in; Ctrl-C sends SIGINT to all of the group.
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], { detached: true });
  const printed: string[] = [];
  child.stdout.on('data', (data) => printed.push(String(data)));
  child.stderr.on('data', (data) => printed.push(String(data)));
  const ended = once(child, 'close');
  while (printed.length === 0) await wait(20);
  process.kill(-child.pid!, 'SIGINT');
  await ended;
  expect(printed.join('')).toBe('drawing\nfinished\n');
  expect((await decode(path)).frames).toHaveLength(20);
});
