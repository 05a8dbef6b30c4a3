/** Has fluent-ffmpeg start its ffmpeg in a way that it has no options for. */
import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type fluent from 'fluent-ffmpeg';
import { keepTrack } from '../processes.js';

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

export interface Spawned {
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
export function spawnDetached(command: fluent.FfmpegCommand, ffmpeg: string): Spawned {
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
