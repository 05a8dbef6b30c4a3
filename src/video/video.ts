/** Writes frames into an MP4 file: H.264, 4:2:0, BT.709, playable while it downloads. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import fluent from 'fluent-ffmpeg';
import { errorCode, InputError, messageOf } from '../errors.js';
import { diskFull } from '../files/writable.js';
import { shownName } from '../one-line.js';
import { keepTrack, killTree } from '../processes.js';
import { Hanging, whileAlive } from './alive.js';
import { defaultPatience, findFfmpeg } from './ffmpeg.js';
import { countPictures } from './mp4.js';

export interface VideoOptions {
  /** The file to write, under any name: a temporary one, as what is there is replaced at once. */
  readonly path: string;
  /** What messages call it: the name that it is to have. Default: `path`. */
  readonly name?: string;
  /** Of the frames, pixels, from 1. An odd side is made even by repeating its last row or column. */
  readonly width: number;
  readonly height: number;
  /** Frames per second, above 0; fractions are allowed. */
  readonly fps: number;
  /** How many more times the last frame is shown at the end. Default: 0. Faster than writing it as often. */
  readonly held?: number;
  /** The ffmpeg to run; default: {@link findFfmpeg}'s. */
  readonly ffmpeg?: string;
  /** Seconds without a sign of life, while there is work for it, after which ffmpeg counts as hanging. Default: 5. */
  readonly patience?: number;
}

/** A video being written. After a rejection nothing more can be written; the file is left as it is, and is no video. */
export interface VideoWriter {
  /**
   * Adds a frame. Wait for it before the next one: it resolves when there is room, so that frames don't pile up in
   * memory when ffmpeg is slower than the drawing.
   * @param rgb [height, width, 3], 8 bits, R G B. May be reused at once.
   * @throws InputError if ffmpeg died or could not write: one line that says why.
   */
  write(rgb: Uint8Array): Promise<void>;
  /** Ends the video: resolves when the whole file is written and was looked through. @throws InputError as in `write`. */
  finish(): Promise<void>;
  /** Kills ffmpeg and resolves when it is gone. Harmless after `finish` and after an error. */
  abort(): Promise<void>;
}

/**
 * Starts ffmpeg. It runs at a lower priority than this process, which leaves the processor to the drawing; and in a process
 * group of its own, so that Ctrl-C in a terminal reaches this process alone, which may then finish the video. It ends
 * when this process does.
 * @throws InputError if there is no ffmpeg or it can't be started.
 */
export async function openVideo(options: VideoOptions): Promise<VideoWriter> {
  const path = resolve(options.path);
  const { held = 0, name = options.path, patience = defaultPatience } = options;
  const ffmpeg = options.ffmpeg ?? (await findFfmpeg(patience));
  const frameBytes = options.width * options.height * 3;
  const frames = new PassThrough();
  const command = encoding(frames, path, options);
  const spawned = spawnDetached(command, ffmpeg);

  let state: 'starting' | 'writing' | 'finishing' | 'aborted' | 'over' = 'starting';
  let written = 0;
  let fault: InputError | undefined;
  const started = new Promise<void>((running) => {
    command.once('start', () => {
      // fluent-ffmpeg says so even if there is nothing to start; an error follows.
      if (spawned.process?.pid === undefined) return;
      state = 'writing';
      running();
    });
  });
  const ended = new Promise<void>((done, fail) => {
    command.once('end', () => (state === 'finishing' ? done() : fail(cantWrite(name, 'ffmpeg ended too early'))));
    command.once('error', (error) => {
      if (state === 'aborted') fail(fault ?? new Error('the video was aborted'));
      else if (state === 'starting') fail(cantStart(ffmpeg, error));
      else fail(cantWrite(name, reasonOf(error, spawned.said, path)));
    });
  });
  // Whoever calls next gets to know of it; until then it must not count as unhandled.
  const over = ended
    .catch(() => {})
    .then(() => {
      state = 'over';
    });

  command.run();
  await Promise.race([started, ended]);
  const child = spawned.process!;
  // Not `over`, which waits for whoever has ffmpeg's streams: a program that it left behind may.
  const exited = Promise.race([over, once(child, 'exit').catch(() => {})]);

  let drained = 0;
  let encoded = '';
  child.stdout!.on('data', (report) => {
    encoded = /frame=\s*(\d+)/.exec(String(report))?.[1] ?? encoded;
  });
  const done = async (): Promise<string> => {
    const file = await lstat(path).catch(() => undefined);
    return [drained, encoded, file?.size, file?.mtimeMs].join();
  };
  const abort = async (): Promise<void> => {
    if (state !== 'over') {
      state = 'aborted';
      killTree(child);
    }
    await exited;
  };
  /** Waits for ffmpeg, as long as it does anything. */
  const patiently = async (work: Promise<unknown>): Promise<void> => {
    try {
      await whileAlive(child, Promise.race([work, ended]), { done, patience });
    } catch (error) {
      if (!(error instanceof Hanging)) throw error;
      fault = new InputError(`ffmpeg (${ffmpeg}) has stopped answering; install another, or name one in FFMPEG_PATH`);
      await abort();
      throw fault;
    }
  };
  const look = async (): Promise<void> => {
    const expected = written + held;
    const fault = await countPictures(path).then(
      (count) => (count === expected ? undefined : `it has ${count} frames instead of ${expected}`),
      (error: unknown) => (errorCode(error) === 'ENOENT' ? 'there is no file' : messageOf(error)),
    );
    if (fault === undefined) return;
    throw new InputError(
      `ffmpeg (${ffmpeg}) has written no whole video: ${fault}; install another, or name one in FFMPEG_PATH`,
    );
  };

  return {
    async write(rgb) {
      if (rgb.length !== frameBytes) throw new RangeError(`a frame of ${rgb.length} bytes instead of ${frameBytes}`);
      if (state !== 'writing') {
        await ended;
        throw new Error('the video is finished');
      }
      written++;
      // A copy, because the stream holds on to it for longer than it takes to have room for the next.
      if (!frames.write(Buffer.from(rgb))) await patiently(once(frames, 'drain'));
      drained++;
    },
    async finish() {
      if (written === 0) throw new Error('a video needs a frame');
      if (state === 'writing') {
        state = 'finishing';
        frames.end();
      }
      await patiently(ended);
      await look();
    },
    abort,
  };
}

function encoding(
  frames: PassThrough,
  path: string,
  { width, height, fps, held = 0 }: VideoOptions,
): fluent.FfmpegCommand {
  const [right, bottom] = [width % 2, height % 2];
  return fluent(frames)
    .inputFormat('rawvideo')
    .inputOptions(['-pixel_format', 'rgb24', '-video_size', `${width}x${height}`, '-framerate', String(fps)])
    .videoFilters([
      // fillborders does not take interleaved colours, and left alone ffmpeg would make BT.601 YUV of them for it.
      ...(right || bottom
        ? [
            `pad=${width + right}:${height + bottom}`,
            'format=gbrp',
            `fillborders=right=${right}:bottom=${bottom}:mode=smear`,
          ]
        : []),
      'scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int',
      'format=yuv420p',
      ...(held > 0 ? [`tpad=stop=${held}:stop_mode=clone`] : []),
    ])
    .outputOptions([
      '-hide_banner',
      ...['-loglevel', 'error'],
      // Otherwise a disk that is full only when the file's index is written counts as success.
      '-xerror',
      ...['-c:v', 'libx264'],
      // On 144 frames of a simulated drawing at 512×384: 4 ms of processor time a frame and 2.3 MB, against 13 ms and
      // 2.7 MB for x264's default "medium", at the same likeness (PSNR 29.3 and 29.6 dB, the limit set by 4:2:0).
      ...['-preset', 'veryfast'],
      ...['-crf', '17'], // Called visually lossless.
      // Says what the numbers mean: players otherwise guess from the size, and colours shift.
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'iec61966-2-1', '-color_range', 'tv'],
      ...['-movflags', '+faststart'],
      ...['-progress', 'pipe:1'], // Tells that it lives.
      ...['-f', 'mp4'], // The name does not tell: it ends in ".partial".
    ])
    .output(path);
}

/** Steps inside fluent-ffmpeg. 2.1.3 is its last release, so they stay as they are. */
interface Steps {
  /** Starts a process. */
  _spawnFfmpeg(args: string[], options: object, begun: Begun, ended: (...args: unknown[]) => void): void;
  /** Asks ffmpeg for its formats and its encoders, before the command runs. */
  _checkCapabilities(done: (error?: Error) => void): void;
  availableEncoders(done: (error: Error | null, encoders: object) => void): void;
  ffmpegProc?: ChildProcess;
}

/** Called with a process, if there is one, and what collects its output. */
type Begun = (child: ChildProcess, stdout: unknown, stderr: { append(text: string): void }) => void;

interface Spawned {
  process: ChildProcess | undefined;
  /** The end of what it has said on stderr. */
  said: string;
}

const noOutput = { get: () => '' };

/** Characters of stderr that are kept: several lines, and little where it has none. */
const keptWords = 16_384;

/**
 * Has the command run this ffmpeg, in a process group of its own and at a low priority, for which fluent-ffmpeg has no
 * options that work everywhere; and at once: {@link findFfmpeg} has asked what it can, and asking costs two more processes.
 * @returns where the process is to be found once the command has emitted `start`.
 */
function spawnDetached(command: fluent.FfmpegCommand, ffmpeg: string): Spawned {
  const spawned: Spawned = { process: undefined, said: '' };
  const inner = command as unknown as Steps;
  inner._checkCapabilities = (done) => done();
  inner.availableEncoders = (done) => done(null, {});
  const spawn = inner._spawnFfmpeg;
  inner._spawnFfmpeg = (args, options, begun, ended) => {
    command.setFfmpegPath(ffmpeg); // Holds for all commands, so it has to be set just before it is used.
    spawn.call(
      command,
      args,
      { ...options, detached: process.platform !== 'win32' },
      (child, stdout, stderr) => {
        keepTrack(child);
        // It would keep a line for as long as that has no end.
        stderr.append = (text) => {
          spawned.said = (spawned.said + text).slice(-keptWords);
        };
        begun(child, stdout, stderr);
      },
      // Where there is no process there is no output, but fluent-ffmpeg reads it all the same.
      (error: unknown, stdout: unknown = noOutput, stderr: unknown = noOutput) => ended(error, stdout, stderr),
    );
  };
  command.once('start', () => {
    spawned.process = inner.ffmpegProc;
    const pid = spawned.process?.pid;
    if (pid === undefined) return;
    try {
      setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {} // It has ended already, or the system does not allow it.
  });
  return spawned;
}

function cantStart(ffmpeg: string, error: unknown): InputError {
  return new InputError(
    `can't run ffmpeg (${ffmpeg}): ${firstLine(messageOf(error))}; install ffmpeg or set FFMPEG_PATH`,
  );
}

function cantWrite(name: string, reason: string): InputError {
  const remedy = noRoom.test(reason) ? diskFull : `${reason}; make sure that the folder exists and has room`;
  return new InputError(`can't write ${shownName(name)}: ${remedy}`);
}

/** What systems call a full disk, and a person who has had all of it that they may have. */
const noRoom = /no space left on device|disk quota exceeded|not enough space on the disk/i;

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

/** Why ffmpeg failed: the last line of stderr that says something, else what fluent-ffmpeg says. */
function reasonOf(error: Error, stderr: string, path: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.replace(/^(?:\[[^\]]*\]\s*)+/, '').trim())
    .filter((line) => line !== '' && !noise.test(line));
  const line = lines.at(-1)?.replaceAll(path, 'the file');
  return line === undefined ? firstLine(messageOf(error)).replace(/:\s*$/, '') : shownName(line);
}

/** What ffmpeg adds when the reason has been given. */
const noise =
  /^(?:Last message repeated|Error initializing output stream|Nothing was written|Terminating thread|Conversion failed)/;
