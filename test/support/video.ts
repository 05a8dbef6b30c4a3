/** Reads a video back, with the ffmpeg that vggdraw itself would use. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Picture } from '../../src/image/picture.js';
import { findFfmpeg } from '../../src/video/ffmpeg.js';

const run = promisify(execFile);

export interface Video {
  width: number;
  height: number;
  codec: string;
  pixelFormat: string;
  frames: Picture[];
}

export async function readVideo(path: string): Promise<Video> {
  const ffmpeg = await findFfmpeg();
  const decode = [
    '-v',
    'info',
    '-i',
    path,
    '-vf',
    'scale=in_color_matrix=bt709',

    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    '-',
  ];
  const { stdout, stderr } = await run(ffmpeg, decode, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  const [, codec, pixelFormat, width, height] =
    /Video: (\w+).*?, (yuv\w+).*?, (\d+)x(\d+)/.exec(stderr.toString()) ?? [];
  const size = { width: Number(width), height: Number(height) };
  const bytes = 3 * size.width * size.height;
  const frames = Array.from({ length: stdout.length / bytes }, (_, i) => ({
    ...size,
    rgb: new Uint8Array(stdout.subarray(i * bytes, (i + 1) * bytes)),
  }));
  return { ...size, codec: codec!, pixelFormat: pixelFormat!, frames };
}
