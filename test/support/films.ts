/** Films for tests, as small as they can be. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Picture, Size } from '../../src/image/picture.js';
import { findFfmpeg } from '../../src/video/ffmpeg.js';
import { integer } from './random.js';

const run = promisify(execFile);

export interface FilmOptions {
  readonly fps: number;
  readonly frames: readonly Picture[];
  /** Seconds of a tone; left out: a film without sound. */
  readonly sound?: number;
  /** More of ffmpeg's options for what is written. */
  readonly more?: readonly string[];
}

/** Writes a film of a form that its name says. */
export async function makeFilm(path: string, { fps, frames, sound, more = [] }: FilmOptions): Promise<void> {
  const { width, height } = frames[0]!;
  const raw = `${path}.raw`;
  await writeFile(raw, Buffer.concat(frames.map(({ rgb }) => rgb)));
  await run(await findFfmpeg(), [
    ...['-loglevel', 'error', '-y', '-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`],
    ...['-framerate', String(fps), '-i', raw],
    ...(sound === undefined ? [] : ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${sound}`]),
    ...['-threads', '1', '-pix_fmt', 'yuv420p', '-crf', '10', ...more, path],
  ]);
}

/** What ffmpeg says of a file's streams and their duration. */
export async function describeFilm(path: string): Promise<string> {
  const { stderr } = await run(await findFfmpeg(), ['-i', path, '-c', 'copy', '-f', 'null', '-']);
  return stderr;
}

/** Has an MP4 say that it is shown turned by a right angle, as telephones do, in the matrix of ISO/IEC 14496-12's track header. */
export async function turn(path: string): Promise<void> {
  const bytes = await readFile(path);
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  const at = bytes.indexOf('tkhd') + 4 + 40;
  matrix.forEach((value, i) => {
    bytes.writeInt32BE(value, at + 4 * i);
  });
  await writeFile(path, bytes);
}

/** A still scene with grain, through which a dark square of 6 pixels moves by 2 a frame, from a third of the height on. */
export function movingSquare(count: number, { width, height }: Size): Picture[] {
  return Array.from({ length: count }, (_, frame) => {
    const rgb = new Uint8Array(3 * width * height);
    const isIn = (value: number, from: number) => value >= from && value < from + 6;
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const scene = 150 + 60 * Math.sin(x / 2) * Math.cos(y / 5) + integer(-2, 2);
      rgb.fill(isIn(x, 8 + 2 * frame) && isIn(y, Math.floor(height / 3)) ? 30 : scene, 3 * i, 3 * i + 3);
    }
    return { width, height, rgb };
  });
}
