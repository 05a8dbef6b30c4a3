/** Reads MP4 files back, with ffmpeg. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { findFfmpeg } from '../../src/video/ffmpeg.js';

export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Each [height, width, 3], R G B. */
  readonly frames: readonly Buffer[];
  /** What ffmpeg prints about the video stream. */
  readonly description: string;
  /** Seconds, as the file says. */
  readonly duration: number;
  /** The names of the file's parts, in order. */
  readonly boxes: readonly string[];
}

export const ffmpeg = await findFfmpeg();

export async function decode(path: string): Promise<Decoded> {
  const filter = 'scale=in_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp';
  // -vsync 0: every frame of the file once, at whatever time it is to be shown.
  const output = ['-vf', filter, '-vsync', '0', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const { stdout, stderr, status } = spawnSync(ffmpeg, ['-hide_banner', '-i', `file:${path}`, ...output], {
    maxBuffer: 1e9,
  });
  const text = stderr.toString();
  const description = text.split('\n').find((line) => line.includes('Video: h264')) ?? '';
  const size = / (\d+)x(\d+)[, ]/.exec(description);
  if (status !== 0 || !size) throw new Error(text);
  const [width, height] = [Number(size[1]), Number(size[2])];
  const bytes = width * height * 3;
  const frames = Array.from({ length: stdout.length / bytes }, (_, i) => stdout.subarray(i * bytes, (i + 1) * bytes));
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(text) ?? [];
  const duration = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { width, height, frames, description, duration, boxes: boxesOf(await readFile(path)) };
}

/** When each frame is shown, in seconds, in order. */
export function timestamps(path: string): number[] {
  const args = ['-hide_banner', '-i', `file:${path}`, '-c', 'copy', '-f', 'framecrc', 'pipe:1'];
  const lines = spawnSync(ffmpeg, args, { maxBuffer: 1e9 }).stdout.toString().split('\n');
  const [, ticks, perSecond] = /^#tb 0: (\d+)\/(\d+)/.exec(lines.find((line) => line.startsWith('#tb'))!)!;
  return lines
    .filter((line) => /^0,/.test(line))
    .map((line) => (Number(line.split(',')[2]) * Number(ticks)) / Number(perSecond))
    .sort((a, b) => a - b);
}

function boxesOf(file: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) names.push(file.toString('latin1', at + 4, at + 8));
  return names;
}
