/** One run of ffmpeg that makes a file: fed with frames or reading another file, watched, and put into words where it fails. */
import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import type { PassThrough } from 'node:stream';
import type fluent from 'fluent-ffmpeg';
import { InputError, messageOf } from '../errors.js';
import { diskFull } from '../files/writable.js';
import { shownName } from '../one-line.js';
import { killTree } from '../processes.js';
import { Hanging, whileAlive } from './alive.js';
import { spawnDetached } from './detached.js';

export interface EncoderSite {
  /** The program. */
  readonly ffmpeg: string;
  /** The file that it writes. */
  readonly path: string;
  /** What messages call the video. */
  readonly name: string;
  /** Seconds without a sign of life after which it counts as hanging. */
  readonly patience: number;
}

/** After a rejection nothing more can be done with it but to abort it. */
export interface Encoder {
  /** Gives it bytes; resolves when there is room for more. @throws InputError where it died or could not write. */
  feed(bytes: Buffer): Promise<void>;
  /** There is nothing more to come: resolves when it has ended well. @throws InputError as in `feed`. */
  end(): Promise<void>;
  /** Kills it and resolves when it is gone. Harmless when it has ended. */
  abort(): Promise<void>;
}

/**
 * Starts it. It runs at a lower priority than this process, which leaves the processor to the drawing; and in a process
 * group of its own, so that Ctrl-C in a terminal reaches this process alone, which may then finish the video. It ends
 * when this process does.
 * @param input what the command reads; undefined where that is a file.
 * @throws InputError if it can't be started.
 */
export async function startEncoder(
  command: fluent.FfmpegCommand,
  input: PassThrough | undefined,
  { ffmpeg, path, name, patience }: EncoderSite,
): Promise<Encoder> {
  const spawned = spawnDetached(command, ffmpeg);
  let state: 'starting' | 'writing' | 'finishing' | 'aborted' | 'over' = 'starting';
  let fault: InputError | undefined;
  const started = new Promise<void>((running) => {
    command.once('start', () => {
      // fluent-ffmpeg says so even if there is nothing to start; an error follows.
      if (spawned.process?.pid === undefined) return;
      state = input ? 'writing' : 'finishing';
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

  return {
    async feed(bytes) {
      if (state !== 'writing') {
        await ended;
        throw new Error('the video is finished');
      }
      if (!input!.write(bytes)) await patiently(once(input!, 'drain'));
      drained++;
    },
    async end() {
      if (state === 'writing') {
        state = 'finishing';
        input!.end();
      }
      await patiently(ended);
    },
    abort,
  };
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
