/** The sound of a film, for the video that is made of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { InputError } from '../errors.js';
import { keepTrack } from '../processes.js';
import { findFfmpeg } from './ffmpeg.js';
import { inputArguments, reasonIn } from './read-video.js';

/** The name of the codec of a file's first audio stream, as ffmpeg has it; undefined where there is none. */
export async function soundCodecOf(film: string): Promise<string | undefined> {
  const { said } = await runFfmpeg(['-hide_banner', '-nostdin', ...inputArguments(film)]);
  return /^\s*Stream #0:\d+\S*: Audio: (\w+)/m.exec(said)?.[1];
}

export interface Sound {
  readonly film: string;
  /** As {@link soundCodecOf} has it. */
  readonly codec: string;
  /** Seconds of the film at which it begins. Default: its beginning. */
  readonly from?: number | undefined;
  /** Seconds of silence before it. */
  readonly delay: number;
  /** Seconds that it lasts at the most, with the silence. */
  readonly seconds: number;
}

/** Channels that silence is put before, which are as many as a film has at the most. */
const mostChannels = 8;

/**
 * Writes an MP4 with the pictures of a video and the sound of a film, which is copied where it is AAC and begins with the film.
 * @throws InputError where the film's sound can't be read.
 */
export async function addSound(
  video: string,
  { film, codec, from, delay, seconds }: Sound,
  output: string,
): Promise<void> {
  const isCopied = codec === 'aac' && from === undefined && delay === 0;
  const silence = Array(mostChannels)
    .fill(Math.round(1000 * delay))
    .join('|');
  const { code, said } = await runFfmpeg([
    ...['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'],
    ...['-f', 'mp4', '-i', `file:${video}`],
    ...inputArguments(film, { from }),
    ...['-map', '0:v:0', '-map', '1:a:0', '-map_metadata', '0', '-c:v', 'copy'],
    ...(isCopied ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '192k']),
    ...(delay > 0 ? ['-af', `adelay=${silence}`] : []),
    ...['-t', String(seconds), '-movflags', '+faststart', '-f', 'mp4', `file:${output}`],
  ]);
  if (code === 0) return;
  throw new InputError(reasonIn(said, film) ?? `ffmpeg ended with exit code ${code}`);
}

/** Characters of what ffmpeg says that are kept: those of a file of many streams. */
const keptWords = 65_536;

async function runFfmpeg(args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(await findFfmpeg(), args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: process.platform !== 'win32', // Ctrl-C in a terminal reaches this process alone, which may finish the film.
    windowsHide: true,
  });
  keepTrack(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < keptWords) said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}
